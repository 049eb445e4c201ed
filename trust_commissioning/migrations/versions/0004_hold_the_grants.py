"""Grant programmes, allocations, their life, plans and claims."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grant_programme",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.Column("legal_power", sa.String(), nullable=False),
        sa.Column("income", sa.String(), nullable=False),
        sa.Column("needs_plan", sa.Boolean(), nullable=False),
        sa.Column("needs_parliament", sa.Boolean(), nullable=False),
        sa.Column("unspent", sa.String(), nullable=False),
        sa.Column("capital", sa.Boolean(), nullable=False),
        sa.Column("successors", sa.String(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "unspent IN ('return', 'carry_forward_revenue', 'carry_forward_capital', 're_profile')",
            name=op.f("ck_grant_programme_unspent_known"),
        ),
        sa.ForeignKeyConstraint(
            ["income"], ["account.name"], name=op.f("fk_grant_programme_income")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_grant_programme")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grant_allocation",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("grant_code", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("core_pence", sa.BigInteger(), nullable=False),
        sa.Column("with_transfers_pence", sa.BigInteger(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("core_pence > 0", name=op.f("ck_grant_allocation_core_above_nil")),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_grant_allocation_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["authority"], ["partner.code"], name=op.f("fk_grant_allocation_authority")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_grant_allocation_fund")),
        sa.ForeignKeyConstraint(
            ["grant_code"], ["grant_programme.code"], name=op.f("fk_grant_allocation_grant_code")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_grant_allocation_recorded_by")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_grant_allocation")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_grant_allocation_fund"), "grant_allocation", ["fund"], unique=False)
    op.create_index(
        op.f("ix_grant_allocation_grant_code"), "grant_allocation", ["grant_code"], unique=False
    )
    op.create_table(
        "grant_year",
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("ring_fenced", sa.Boolean(), nullable=False),
        sa.Column("unspent", sa.String(), nullable=False),
        sa.CheckConstraint(
            "unspent IN ('return', 'carry_forward_revenue', 'carry_forward_capital', 're_profile')",
            name=op.f("ck_grant_year_unspent_known"),
        ),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_grant_year_not_below_nil")),
        sa.ForeignKeyConstraint(
            ["allocation"], ["grant_allocation.reference"], name=op.f("fk_grant_year_allocation")
        ),
        sa.PrimaryKeyConstraint("allocation", "year", name=op.f("pk_grant_year")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "map_plan",
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("submitted", sa.Date(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation", "year"],
            ["grant_year.allocation", "grant_year.year"],
            name=op.f("fk_map_plan_allocation_year"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_map_plan_recorded_by")
        ),
        sa.PrimaryKeyConstraint("allocation", "year", "version", name=op.f("pk_map_plan")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "map_progress",
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('not_started', 'under_way', 'done', 'dropped')",
            name=op.f("ck_map_progress_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["allocation", "year"],
            ["grant_year.allocation", "grant_year.year"],
            name=op.f("fk_map_progress_allocation_year"),
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_map_progress_recorded_by")
        ),
        sa.PrimaryKeyConstraint("allocation", "year", "reference", name=op.f("pk_map_progress")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "grant_event",
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("journal", sa.String(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "step IN ('announced', 'plan_assessed', 'parliament_approved', 'paid', 'revised', 'year_begun', 'claimed', 'certified', 'carried_forward', 'clawed_back', 'paid_back')",
            name=op.f("ck_grant_event_step_known"),
        ),
        sa.ForeignKeyConstraint(
            ["allocation"], ["grant_allocation.reference"], name=op.f("fk_grant_event_allocation")
        ),
        sa.ForeignKeyConstraint(
            ["journal"], ["journal.number"], name=op.f("fk_grant_event_journal")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_grant_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("allocation", "reference", name=op.f("pk_grant_event")),
        sqlite_with_rowid=False,
    )
