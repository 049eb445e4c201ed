"""Call-offs with their events and balances, what was delivered, invoices and their payments."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _call_offs()
    _invoices()
    _payments()
    _coding()


def _call_offs() -> None:
    op.create_table(
        "call_off",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lot", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("case_reference", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("expected_end", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("price_pence", sa.BigInteger(), nullable=False),
        sa.Column("funds", sa.String(), nullable=False),
        sa.Column("of_requisition", sa.String(), nullable=True),
        sa.Column("converted_pence", sa.BigInteger(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("commitments", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('order', 'placement')", name=op.f("ck_call_off_kind_known")),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name=op.f("fk_call_off_account")),
        sa.ForeignKeyConstraint(
            ["contract"], ["contract.number"], name=op.f("fk_call_off_contract")
        ),
        sa.ForeignKeyConstraint(["provider"], ["provider.code"], name=op.f("fk_call_off_provider")),
        sa.ForeignKeyConstraint(["service"], ["service.code"], name=op.f("fk_call_off_service")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_call_off")),
        sa.UniqueConstraint("contract", "place", name=op.f("uq_call_off_contract_place")),
        sa.UniqueConstraint("reference", name=op.f("uq_call_off_reference")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_call_off_case", "call_off", ["case_reference"], unique=False)
    op.create_index(
        op.f("ix_call_off_of_requisition"), "call_off", ["of_requisition"], unique=False
    )
    op.create_index("ix_call_off_state", "call_off", ["state", "ends"], unique=False)
    op.create_table(
        "call_off_event",
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_call_off_event_call_off")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_call_off_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("call_off", "turn", name=op.f("pk_call_off_event")),
        sa.UniqueConstraint("reference", name=op.f("uq_call_off_event_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "call_off_balance",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("year", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("period", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_call_off_balance_call_off")
        ),
        sa.PrimaryKeyConstraint(
            "call_off", "book", "year", "fund", "period", name=op.f("pk_call_off_balance")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_call_off_balance_book", "call_off_balance", ["book", "year", "fund"], unique=False
    )
    op.create_table(
        "delivery_return",
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("units", sa.String(), nullable=False),
        sa.Column("kpis", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_delivery_return_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_delivery_return_call_off")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_delivery_return_recorded_by")
        ),
        sa.PrimaryKeyConstraint("call_off", "starts", "turn", name=op.f("pk_delivery_return")),
        sa.UniqueConstraint("reference", name=op.f("uq_delivery_return_reference")),
        sqlite_with_rowid=False,
    )


def _invoices() -> None:
    op.create_table(
        "invoice",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("net_pence", sa.BigInteger(), nullable=False),
        sa.Column("vat_pence", sa.BigInteger(), nullable=False),
        sa.Column("credits", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["credits"], ["invoice.key"], name=op.f("fk_invoice_credits")),
        sa.ForeignKeyConstraint(["provider"], ["provider.code"], name=op.f("fk_invoice_provider")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_invoice_recorded_by")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_invoice")),
        sa.UniqueConstraint("reference", name=op.f("uq_invoice_reference")),
        sa.UniqueConstraint("turn", name=op.f("uq_invoice_turn")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_invoice_number", "invoice", ["provider", "number"], unique=False)
    op.create_index("ix_invoice_state", "invoice", ["state"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("units", sa.String(), nullable=True),
        sa.Column("net_pence", sa.BigInteger(), nullable=False),
        sa.Column("vat_pence", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.CheckConstraint("ends >= starts", name=op.f("ck_invoice_line_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_invoice_line_call_off")
        ),
        sa.ForeignKeyConstraint(["invoice"], ["invoice.key"], name=op.f("fk_invoice_line_invoice")),
        sa.PrimaryKeyConstraint("invoice", "line", name=op.f("pk_invoice_line")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_invoice_line_call_off", "invoice_line", ["call_off", "starts"], unique=False
    )
    op.create_table(
        "invoice_event",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.key"], name=op.f("fk_invoice_event_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["person.username"], name=op.f("fk_invoice_event_recorded_by")
        ),
        sa.PrimaryKeyConstraint("invoice", "turn", name=op.f("pk_invoice_event")),
        sa.UniqueConstraint("reference", name=op.f("uq_invoice_event_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "line_approval",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_off", sa.String(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("units", sa.String(), nullable=True),
        sa.Column("net_pence", sa.BigInteger(), nullable=False),
        sa.Column("cost_pence", sa.BigInteger(), nullable=False),
        sa.Column("vat_pence", sa.BigInteger(), nullable=False),
        sa.Column("held_pence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.String(length=7), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off"], ["call_off.number"], name=op.f("fk_line_approval_call_off")
        ),
        sa.ForeignKeyConstraint(
            ["invoice", "line"],
            ["invoice_line.invoice", "invoice_line.line"],
            name=op.f("fk_line_approval_invoice_line"),
        ),
        sa.ForeignKeyConstraint(
            ["year"], ["financial_year.year"], name=op.f("fk_line_approval_year")
        ),
        sa.PrimaryKeyConstraint("invoice", "line", "turn", name=op.f("pk_line_approval")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_line_approval_call_off"), "line_approval", ["call_off"], unique=False)


def _payments() -> None:
    op.create_table(
        "matching_rule",
        sa.Column("turn", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["told_by"], ["person.username"], name=op.f("fk_matching_rule_told_by")
        ),
        sa.PrimaryKeyConstraint("turn", name=op.f("pk_matching_rule")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment_held",
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=True),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("coding", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider"], ["provider.code"], name=op.f("fk_payment_held_provider")
        ),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_payment_held")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "payment_settled",
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.username"], name=op.f("fk_payment_settled_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.key"], name=op.f("fk_payment_settled_invoice")
        ),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_payment_settled")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payment_settled_invoice", "payment_settled", ["invoice"], unique=False)
    op.create_table(
        "payment_decision",
        sa.Column("journal", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("invoice", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.username"], name=op.f("fk_payment_decision_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["invoice"], ["invoice.key"], name=op.f("fk_payment_decision_invoice")
        ),
        sa.ForeignKeyConstraint(
            ["journal"], ["payment_held.journal"], name=op.f("fk_payment_decision_journal")
        ),
        sa.PrimaryKeyConstraint("journal", name=op.f("pk_payment_decision")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_decision_reference")),
        sqlite_with_rowid=False,
    )


def _coding() -> None:
    # SQLite adds a column with its key only so; PostgreSQL takes the same words.
    op.execute(
        "ALTER TABLE posting ADD COLUMN call_off VARCHAR "
        "CONSTRAINT fk_posting_call_off REFERENCES call_off (number)"
    )
    op.create_index(
        "ix_posting_call_off",
        "posting",
        ["call_off", "journal_id"],
        unique=False,
        sqlite_where=sa.text("call_off IS NOT NULL"),
        postgresql_where=sa.text("call_off IS NOT NULL"),
    )
