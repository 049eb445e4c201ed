"""What a smaller settlement takes off debts that an earlier one made and nobody has paid."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settlement_reduction",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("contribution", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_settlement_reduction_above_nil")),
        sa.ForeignKeyConstraint(
            ["contribution", "day"],
            ["instalment.contribution", "instalment.day"],
            name=op.f("fk_settlement_reduction_contribution_day"),
        ),
        sa.ForeignKeyConstraint(
            ["fund", "year", "turn", "partner"],
            [
                "settlement_line.fund",
                "settlement_line.year",
                "settlement_line.turn",
                "settlement_line.partner",
            ],
            name=op.f("fk_settlement_reduction_fund_year_turn_partner"),
        ),
        sa.PrimaryKeyConstraint(
            "fund",
            "year",
            "turn",
            "partner",
            "contribution",
            "day",
            name=op.f("pk_settlement_reduction"),
        ),
        sqlite_with_rowid=False,
    )
