"""Procurements with their events; what monitoring is told."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "procurement",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=True),
        sa.Column("estimated_pence", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("planned", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "route IN ('open', 'restricted', 'negotiated', 'framework_call_off', 'direct_award', 'waiver')",
            name=op.f("ck_procurement_route_known"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'tendered', 'evaluated', 'waived', 'awarded', 'abandoned')",
            name=op.f("ck_procurement_state_known"),
        ),
        sa.CheckConstraint("estimated_pence > 0", name=op.f("ck_procurement_estimate_above_nil")),
        sa.ForeignKeyConstraint(["need"], ["need.code"], name=op.f("fk_procurement_need")),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name=op.f("fk_procurement_service")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_procurement")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_procurement_service"), "procurement", ["service"], unique=False)
    op.create_table(
        "procurement_event",
        sa.Column("procurement", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["procurement"],
            ["procurement.reference"],
            name=op.f("fk_procurement_event_procurement"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_procurement_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("procurement", "turn", name=op.f("pk_procurement_event")),
        sa.UniqueConstraint("reference", name=op.f("uq_procurement_event_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "monitoring_fact",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_monitoring_fact_contract")
        ),
        sa.ForeignKeyConstraint(
            ["provider"], ["provider.code"], name=op.f("fk_monitoring_fact_provider")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_monitoring_fact_recorded_by")
        ),
        sa.PrimaryKeyConstraint("kind", "reference", name=op.f("pk_monitoring_fact")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_monitoring_fact_about"), "monitoring_fact", ["kind", "about"], unique=False
    )
    op.create_index(
        op.f("ix_monitoring_fact_contract"), "monitoring_fact", ["contract", "kind"], unique=False
    )
    op.create_index(
        op.f("ix_monitoring_fact_provider"), "monitoring_fact", ["provider"], unique=False
    )
    op.create_index(op.f("ix_monitoring_fact_turn"), "monitoring_fact", ["turn"], unique=False)
