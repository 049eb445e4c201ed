"""Virement rules, profiles and forecasts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "virement_rule",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("from_fund", sa.String(), nullable=True),
        sa.Column("from_account", sa.String(), nullable=False),
        sa.Column("from_service", sa.String(), nullable=True),
        sa.Column("to_fund", sa.String(), nullable=True),
        sa.Column("to_account", sa.String(), nullable=False),
        sa.Column("to_service", sa.String(), nullable=True),
        sa.Column("fund", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("pence", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind IN ('route', 'limit')", name=op.f("ck_virement_rule_kind_known")),
        sa.CheckConstraint(
            "pence IS NULL OR pence >= 0", name=op.f("ck_virement_rule_limit_not_below_nil")
        ),
        sa.CheckConstraint(
            "starts IS NULL OR ends IS NULL OR ends >= starts",
            name=op.f("ck_virement_rule_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["from_fund"], ["fund.code"], name=op.f("fk_virement_rule_from_fund")
        ),
        sa.ForeignKeyConstraint(
            ["from_service"], ["service.code"], name=op.f("fk_virement_rule_from_service")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_virement_rule_fund")),
        sa.ForeignKeyConstraint(
            ["person"], ["person.username"], name=op.f("fk_virement_rule_person")
        ),
        sa.ForeignKeyConstraint(["to_fund"], ["fund.code"], name=op.f("fk_virement_rule_to_fund")),
        sa.ForeignKeyConstraint(
            ["to_service"], ["service.code"], name=op.f("fk_virement_rule_to_service")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_virement_rule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "budget_profile",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("weights", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(shape = 'contract') = (contract IS NOT NULL)",
            name=op.f("ck_budget_profile_contract_named"),
        ),
        sa.CheckConstraint(
            "shape IN ('even', 'seasonal', 'contract')", name=op.f("ck_budget_profile_shape_known")
        ),
        sa.ForeignKeyConstraint(
            ["account"], ["account.name"], name=op.f("fk_budget_profile_account")
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_budget_profile_contract")
        ),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_budget_profile_fund")),
        sa.ForeignKeyConstraint(
            ["set_by"], ["person.username"], name=op.f("fk_budget_profile_set_by")
        ),
        sa.ForeignKeyConstraint(
            ["year"], ["financial_year.year"], name=op.f("fk_budget_profile_year")
        ),
        sa.PrimaryKeyConstraint(
            "fund", "year", "account", "service", "turn", name=op.f("pk_budget_profile")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "forecast",
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=True),
        sa.Column("low_pence", sa.BigInteger(), nullable=True),
        sa.Column("high_pence", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_by", sa.String(), nullable=False),
        sa.Column("said_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(method = 'person') = (pence IS NOT NULL)", name=op.f("ck_forecast_amount_of_a_person")
        ),
        sa.CheckConstraint(
            "method IN ('higher', 'profile', 'committed', 'person')",
            name=op.f("ck_forecast_method_known"),
        ),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_forecast_account")),
        sa.ForeignKeyConstraint(["fund"], ["fund.code"], name=op.f("fk_forecast_fund")),
        sa.ForeignKeyConstraint(["said_by"], ["person.username"], name=op.f("fk_forecast_said_by")),
        sa.ForeignKeyConstraint(
            ["year", "period"],
            ["period.year", "period.number"],
            name=op.f("fk_forecast_year_period"),
        ),
        sa.PrimaryKeyConstraint(
            "fund", "year", "account", "service", "turn", name=op.f("pk_forecast")
        ),
        sqlite_with_rowid=False,
    )
