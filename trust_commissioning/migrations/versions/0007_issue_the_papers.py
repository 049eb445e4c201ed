"""Reports kept as they were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issued_report",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=True),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("of_grant", sa.String(), nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("follows", sa.String(), nullable=True),
        sa.Column("tolerance_pence", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("contents_sha256", sa.String(), nullable=False),
        sa.Column("pdf", sa.Text(), nullable=False),
        sa.Column("pdf_sha256", sa.String(), nullable=False),
        sa.Column("books_head", sa.String(), nullable=False),
        sa.Column("issued_by", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.CheckConstraint("period BETWEEN 1 AND 13", name=op.f("ck_issued_report_period_1_to_13")),
        sa.CheckConstraint("turn > 0", name=op.f("ck_issued_report_turn_above_nil")),
        sa.CheckConstraint(
            "unit IN ('pence', 'thousands')", name=op.f("ck_issued_report_unit_known")
        ),
        sa.CheckConstraint(
            "tolerance_pence >= 0", name=op.f("ck_issued_report_tolerance_not_below_nil")
        ),
        sa.ForeignKeyConstraint(
            ["follows"], ["issued_report.number"], name=op.f("fk_issued_report_follows")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_issued_report_fund")),
        sa.ForeignKeyConstraint(
            ["issued_by"], ["person.username"], name=op.f("fk_issued_report_issued_by")
        ),
        sa.ForeignKeyConstraint(
            ["partner"], ["partner.code"], name=op.f("fk_issued_report_partner")
        ),
        sa.ForeignKeyConstraint(
            ["year"], ["financial_year.year"], name=op.f("fk_issued_report_year")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_issued_report")),
        sa.UniqueConstraint("reference", name=op.f("uq_issued_report_reference")),
        sa.UniqueConstraint("turn", name=op.f("uq_issued_report_turn")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_issued_report_of", "issued_report", ["report", "fund", "year"], unique=False
    )
