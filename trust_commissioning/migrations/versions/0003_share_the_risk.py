"""Risk-share rules and settlements."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "risk_share",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.String(), nullable=False),
        sa.Column("agreed_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "ends IS NULL OR ends >= starts", name=op.f("ck_risk_share_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by"], ["person.username"], name=op.f("fk_risk_share_agreed_by")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_risk_share_fund")),
        sa.PrimaryKeyConstraint("fund", "turn", name=op.f("pk_risk_share")),
        sa.UniqueConstraint("reference", name=op.f("uq_risk_share_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "risk_share_suspension",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("meanwhile", sa.Text(), nullable=False),
        sa.Column("suspended_by", sa.String(), nullable=False),
        sa.Column("suspended_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "ends IS NULL OR ends >= starts", name=op.f("ck_risk_share_suspension_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["fund"], ["fund.code"], name=op.f("fk_risk_share_suspension_fund")
        ),
        sa.ForeignKeyConstraint(
            ["suspended_by"],
            ["person.username"],
            name=op.f("fk_risk_share_suspension_suspended_by"),
        ),
        sa.PrimaryKeyConstraint("fund", "turn", name=op.f("pk_risk_share_suspension")),
        sa.UniqueConstraint("reference", name=op.f("uq_risk_share_suspension_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settlement",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("variance_pence", sa.BigInteger(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("books_head", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_settlement_fund")),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.username"], name=op.f("fk_settlement_settled_by")
        ),
        sa.ForeignKeyConstraint(["year"], ["financial_year.year"], name=op.f("fk_settlement_year")),
        sa.PrimaryKeyConstraint("fund", "year", "turn", name=op.f("pk_settlement")),
        sa.UniqueConstraint("reference", name=op.f("uq_settlement_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settlement_line",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("share_pence", sa.BigInteger(), nullable=False),
        sa.Column("new_pence", sa.BigInteger(), nullable=False),
        sa.Column("journal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["fund", "year", "turn"],
            ["settlement.fund", "settlement.year", "settlement.turn"],
            name=op.f("fk_settlement_line_fund_year_turn"),
        ),
        sa.ForeignKeyConstraint(
            ["journal"], ["journal.number"], name=op.f("fk_settlement_line_journal")
        ),
        sa.ForeignKeyConstraint(
            ["partner"], ["partner.code"], name=op.f("fk_settlement_line_partner")
        ),
        sa.PrimaryKeyConstraint("fund", "year", "turn", "partner", name=op.f("pk_settlement_line")),
        sqlite_with_rowid=False,
    )
