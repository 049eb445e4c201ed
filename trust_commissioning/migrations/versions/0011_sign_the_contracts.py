"""Contracts with their terms, variations, uplifts, papers, published registers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contract_terms",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("signed", sa.Date(), nullable=True),
        sa.Column("procurement", sa.String(), nullable=False),
        sa.Column("irrecoverable_vat_pence", sa.BigInteger(), nullable=True),
        sa.Column("notice_months", sa.Integer(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "form IN ('block', 'cost_and_volume', 'spot', 'framework')",
            name=op.f("ck_contract_terms_form_known"),
        ),
        sa.CheckConstraint(
            "irrecoverable_vat_pence >= 0", name=op.f("ck_contract_terms_vat_not_below_nil")
        ),
        sa.CheckConstraint(
            "notice_months >= 0", name=op.f("ck_contract_terms_notice_not_below_nil")
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_contract_terms_contract")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_contract_terms_recorded_by")
        ),
        sa.PrimaryKeyConstraint("contract", name=op.f("pk_contract_terms")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contract_move",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'signed', 'ended', 'terminated')",
            name=op.f("ck_contract_move_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_contract_move_contract")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_contract_move_recorded_by")
        ),
        sa.PrimaryKeyConstraint("contract", "turn", name=op.f("pk_contract_move")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contract_variation",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('variation', 'extension', 'uplift', 'ended', 'terminated', 'reopened')",
            name=op.f("ck_contract_variation_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_contract_variation_contract")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_contract_variation_recorded_by")
        ),
        sa.PrimaryKeyConstraint("contract", "reference", name=op.f("pk_contract_variation")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "uplift",
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("percent", sa.String(), nullable=True),
        sa.Column("index_words", sa.Text(), nullable=False),
        sa.Column("value_pence", sa.BigInteger(), nullable=True),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("value_pence >= 0", name=op.f("ck_uplift_value_not_below_nil")),
        sa.ForeignKeyConstraint(["contract"], ["contract.number"], name=op.f("fk_uplift_contract")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_uplift_recorded_by")
        ),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_uplift")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_uplift_contract", "uplift", ["contract"], unique=False)
    op.create_table(
        "uplift_rate",
        sa.Column("uplift", sa.String(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("was_pence", sa.BigInteger(), nullable=False),
        sa.Column("asked_pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("asked_pence >= 0", name=op.f("ck_uplift_rate_not_below_nil")),
        sa.ForeignKeyConstraint(
            ["uplift"], ["uplift.reference"], name=op.f("fk_uplift_rate_uplift")
        ),
        sa.PrimaryKeyConstraint("uplift", "lot", name=op.f("pk_uplift_rate")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "uplift_decision",
        sa.Column("uplift", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("this_year_pence", sa.BigInteger(), nullable=True),
        sa.Column("full_year_pence", sa.BigInteger(), nullable=True),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint(
            "step IN ('checked', 'applied', 'refused')", name=op.f("ck_uplift_decision_step_known")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_uplift_decision_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["uplift"], ["uplift.reference"], name=op.f("fk_uplift_decision_uplift")
        ),
        sa.PrimaryKeyConstraint("uplift", "turn", name=op.f("pk_uplift_decision")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "index_figure",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_index_figure_recorded_by")
        ),
        sa.PrimaryKeyConstraint("name", "month", "turn", name=op.f("pk_index_figure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "obligation_met",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("obligation", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_obligation_met_contract")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_obligation_met_recorded_by")
        ),
        sa.PrimaryKeyConstraint("contract", "reference", name=op.f("pk_obligation_met")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contract_document",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_contract_document_contract")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_contract_document_recorded_by")
        ),
        sa.PrimaryKeyConstraint("contract", "reference", name=op.f("pk_contract_document")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "published_contract",
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("publisher", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("provider_name", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("review_day", sa.Date(), nullable=True),
        sa.Column("extension_ends", sa.Date(), nullable=True),
        sa.Column("value_pence", sa.BigInteger(), nullable=True),
        sa.Column("irrecoverable_vat_pence", sa.BigInteger(), nullable=True),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch"], ["import_batch.id"], name=op.f("fk_published_contract_batch")
        ),
        sa.PrimaryKeyConstraint("batch", "row", name=op.f("pk_published_contract")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_published_contract_number", "published_contract", ["publisher", "number"], unique=False
    )
