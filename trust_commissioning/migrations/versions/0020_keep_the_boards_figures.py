"""The board's figures are kept as they were when a period was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "period_figures",
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("contents_sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["year", "period", "turn"],
            ["period_closing.year", "period_closing.period", "period_closing.turn"],
            name=op.f("fk_period_figures_year_period_turn"),
        ),
        sa.PrimaryKeyConstraint("year", "period", "turn", name=op.f("pk_period_figures")),
        sqlite_with_rowid=False,
    )
