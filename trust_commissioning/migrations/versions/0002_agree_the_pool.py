"""Agreements, contributions, receipts and disputes."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contribution",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("valuation", sa.Text(), nullable=False),
        sa.Column("recurrent", sa.Boolean(), nullable=False),
        sa.Column("gross_pence", sa.BigInteger(), nullable=True),
        sa.Column("client_charges_pence", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(), nullable=True),
        sa.Column("service", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('cash', 'in_kind', 'settlement')", name=op.f("ck_contribution_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_contribution_account")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_contribution_fund")),
        sa.ForeignKeyConstraint(
            ["partner"], ["partner.code"], name=op.f("fk_contribution_partner")
        ),
        sa.ForeignKeyConstraint(
            ["service"], ["service.code"], name=op.f("fk_contribution_service")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_contribution")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_contribution_fund", "contribution", ["fund", "year", "partner"], unique=False
    )
    op.create_table(
        "pool_fact",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_pool_fact_fund")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_pool_fact_recorded_by")
        ),
        sa.PrimaryKeyConstraint("kind", "reference", name=op.f("pk_pool_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pool_fact_about", "pool_fact", ["kind", "about"], unique=False)
    op.create_index(op.f("ix_pool_fact_fund"), "pool_fact", ["fund"], unique=False)
    op.create_table(
        "instalment",
        sa.Column("contribution", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_instalment_not_below_nil")),
        sa.ForeignKeyConstraint(
            ["contribution"], ["contribution.key"], name=op.f("fk_instalment_contribution")
        ),
        sa.PrimaryKeyConstraint("contribution", "day", name=op.f("pk_instalment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dispute",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("contribution", sa.String(), nullable=False),
        sa.Column("instalment", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_dispute_above_nil")),
        sa.ForeignKeyConstraint(
            ["contribution", "instalment"],
            ["instalment.contribution", "instalment.day"],
            name=op.f("fk_dispute_contribution_instalment"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_dispute_recorded_by")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_dispute")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_dispute_instalment", "dispute", ["contribution", "instalment"], unique=False
    )
    op.create_table(
        "dispute_step",
        sa.Column("dispute", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reduced_pence", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("journal", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('note', 'resolved', 'withdrawn')", name=op.f("ck_dispute_step_kind_known")
        ),
        sa.CheckConstraint("reduced_pence >= 0", name=op.f("ck_dispute_step_not_below_nil")),
        sa.ForeignKeyConstraint(
            ["dispute"], ["dispute.reference"], name=op.f("fk_dispute_step_dispute")
        ),
        sa.ForeignKeyConstraint(
            ["journal"], ["journal.number"], name=op.f("fk_dispute_step_journal")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_dispute_step_recorded_by")
        ),
        sa.PrimaryKeyConstraint("dispute", "reference", name=op.f("pk_dispute_step")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "receipt",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("partner", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_receipt_above_nil")),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_receipt_fund")),
        sa.ForeignKeyConstraint(["journal"], ["journal.number"], name=op.f("fk_receipt_journal")),
        sa.ForeignKeyConstraint(["partner"], ["partner.code"], name=op.f("fk_receipt_partner")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_receipt_recorded_by")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_receipt")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_receipt_fund", "receipt", ["fund", "partner"], unique=False)
    op.create_table(
        "receipt_match",
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contribution", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_receipt_match_above_nil")),
        sa.ForeignKeyConstraint(
            ["contribution", "day"],
            ["instalment.contribution", "instalment.day"],
            name=op.f("fk_receipt_match_contribution_day"),
        ),
        sa.ForeignKeyConstraint(
            ["journal"], ["journal.number"], name=op.f("fk_receipt_match_journal")
        ),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipt.reference"], name=op.f("fk_receipt_match_receipt")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_receipt_match_recorded_by")
        ),
        sa.PrimaryKeyConstraint("receipt", "turn", name=op.f("pk_receipt_match")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_receipt_match_instalment", "receipt_match", ["contribution", "day"], unique=False
    )
