"""What a person asks of a page again and again is saved under a name of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_saved_view_username")
        ),
        sa.PrimaryKeyConstraint("username", "page", "name", name=op.f("pk_saved_view")),
        sqlite_with_rowid=False,
    )
