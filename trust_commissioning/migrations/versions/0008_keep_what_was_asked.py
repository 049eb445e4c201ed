"""Whether a match was named, over what a limit holds, from which month a profile spreads."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of the matches made so far nobody kept whether their payer named them: it stays unsaid.
    op.add_column("receipt_match", sa.Column("named", sa.Boolean(), nullable=True))
    # SQLite adds a checked column only so; PostgreSQL takes the same words.
    op.execute(
        "ALTER TABLE virement_rule ADD COLUMN per VARCHAR DEFAULT 'year' NOT NULL "
        "CONSTRAINT ck_virement_rule_per_known CHECK (per IN ('year', 'virement'))"
    )
    op.execute(
        "ALTER TABLE budget_profile ADD COLUMN since INTEGER DEFAULT 1 NOT NULL "
        "CONSTRAINT ck_budget_profile_since_a_month CHECK (since BETWEEN 1 AND 12)"
    )
