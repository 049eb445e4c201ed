"""Indicators of a trust's own, mappings to outcomes, outcome targets, what was observed."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "indicator",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("aim", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("qualifier", sa.String(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("geography", sa.String(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('level', 'change', 'rank', 'fraction', 'range')",
            name=op.f("ck_indicator_kind_known"),
        ),
        sa.CheckConstraint(
            "direction IN ('higher', 'lower', 'context')", name=op.f("ck_indicator_direction_known")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_indicator")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "indicator_mapping",
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("outcomes", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_indicator_mapping_recorded_by")
        ),
        sa.PrimaryKeyConstraint("indicator", "turn", name=op.f("pk_indicator_mapping")),
        sa.UniqueConstraint("reference", name=op.f("uq_indicator_mapping_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "outcome_target",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("baseline_day", sa.Date(), nullable=False),
        sa.Column("baseline", sa.String(), nullable=False),
        sa.Column("points", sa.Text(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("services", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "path IN ('straight', 'stepped')", name=op.f("ck_outcome_target_path_known")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_outcome_target_recorded_by")
        ),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_outcome_target")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outcome_target_indicator", "outcome_target", ["indicator"], unique=False)
    op.create_table(
        "observation",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("qualifier", sa.String(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("out_of", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("revises", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_observation_counted_not_below_nil")),
        sa.CheckConstraint("out_of >= counted", name=op.f("ck_observation_counted_within_all")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_observation_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["revises"], ["observation.reference"], name=op.f("fk_observation_revises")
        ),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_observation")),
        sa.UniqueConstraint("reference", name=op.f("uq_observation_reference")),
        sa.UniqueConstraint("revises", name=op.f("uq_observation_revises")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_observation_of", "observation", ["indicator", "day"], unique=False)
