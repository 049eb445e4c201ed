"""A trust may name the partner that keeps its books; one that has not is held as its hosts say."""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite adds a column with its reference only so; PostgreSQL takes the same words.
    op.execute(
        "ALTER TABLE trust ADD COLUMN kept_by VARCHAR "
        "CONSTRAINT fk_trust_kept_by REFERENCES partner (code)"
    )
