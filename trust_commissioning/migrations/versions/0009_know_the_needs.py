"""Needs, providers and the services directory."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATUS = "status IN ('active', 'inactive', 'defunct', 'temporarily closed')"


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("children", sa.String(), nullable=False),
        sa.Column("locality", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("closed", sa.Date(), nullable=True),
        sa.Column("closed_because", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.username"], name=op.f("fk_need_changed_by")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_need")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "provider_profile",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.username"], name=op.f("fk_provider_profile_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["provider"], ["provider.code"], name=op.f("fk_provider_profile_provider")
        ),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_profile")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory_entry",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("review_day", sa.Date(), nullable=True),
        sa.Column("assured", sa.Date(), nullable=True),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.CheckConstraint(_STATUS, name=op.f("ck_directory_entry_status_known")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["person.username"], name=op.f("fk_directory_entry_changed_by")
        ),
        sa.ForeignKeyConstraint(
            ["provider"], ["provider.code"], name=op.f("fk_directory_entry_provider")
        ),
        sa.ForeignKeyConstraint(
            ["service"], ["service.code"], name=op.f("fk_directory_entry_service")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_directory_entry")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "providing_fact",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_providing_fact_recorded_by")
        ),
        sa.PrimaryKeyConstraint("kind", "reference", name=op.f("pk_providing_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_providing_fact_about", "providing_fact", ["kind", "about"], unique=False)
