"""Tables of call-offs: orders and placements, what happened to them, what was delivered, invoices."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class CallOffRow(SQLModel, table=True):
    """An order or a placement under a lot, as its events leave it (`call_off_event`).

    `price_pence` and the days are what holds now, for lists; what held on a day is read from the
    events. `converted_pence` is what it took over of its requisition when it was ordered.
    `commitments` counts the journals of its commitment.
    """

    __tablename__ = "call_off"
    __table_args__ = (
        CheckConstraint("kind IN ('order', 'placement')", name="kind_known"),
        UniqueConstraint("reference"),
        UniqueConstraint("contract", "place"),
        Index("ix_call_off_state", "state", "ends"),
        Index("ix_call_off_case", "case_reference"),
        NO_ROWID,
    )
    number: str = Field(primary_key=True)
    contract: str = Field(foreign_key="contract.number")
    place: int = Field(sa_column=Column(Integer, nullable=False))
    lot: str
    reference: str
    kind: str
    title: str
    case_reference: str = ""
    provider: str = Field(foreign_key="provider.code")
    service: str = Field(foreign_key="service.code")
    account: str = Field(foreign_key="account.name")
    unit: str
    state: str
    starts: date
    expected_end: date | None = None
    ends: date | None = None
    price_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    funds: str = Field(description="Codes of the funds that pay, with spaces")
    # No key to its own table: a backup brings rows back in order of number, not as they were made.
    of_requisition: str | None = Field(default=None, index=True)
    converted_pence: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    events: int = 0
    commitments: int = 0


class CallOffEventRow(SQLModel, table=True):
    """What happened to a call-off, in the order it was told; `contents` is its JSON."""

    __tablename__ = "call_off_event"
    __table_args__ = (UniqueConstraint("reference"), NO_ROWID)
    call_off: str = Field(primary_key=True, foreign_key="call_off.number")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str
    event: str
    day: date
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class DeliveryReturnRow(SQLModel, table=True):
    """What a provider says was delivered under a call-off; a later turn corrects an earlier one."""

    __tablename__ = "delivery_return"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="ends_after_start"),
        UniqueConstraint("reference"),
        NO_ROWID,
    )
    call_off: str = Field(primary_key=True, foreign_key="call_off.number")
    starts: date = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    ends: date
    reference: str
    units: str = Field(description="An exact number: 4, 3.5")
    kpis: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    words: str = Field(default="", sa_column=Column(Text, nullable=False))
    day: date
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class InvoiceRow(SQLModel, table=True):
    """A provider's invoice or credit note; `state` is what its events leave it in."""

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("reference"),
        Index("ix_invoice_number", "provider", "number"),
        Index("ix_invoice_state", "state"),
        NO_ROWID,
    )
    key: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, unique=True, nullable=False))
    reference: str
    provider: str = Field(foreign_key="provider.code")
    number: str
    day: date
    received: date
    due: date | None = None
    net_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    vat_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    credits: str | None = Field(default=None, foreign_key="invoice.key")
    state: str
    events: int = 0
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class InvoiceLineRow(SQLModel, table=True):
    """A line of an invoice: what is asked for days or units of a call-off.

    Of a credit note, `takes_back` says that its days or units were not delivered.
    """

    __tablename__ = "invoice_line"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="ends_after_start"),
        Index("ix_invoice_line_call_off", "call_off", "starts"),
        NO_ROWID,
    )
    invoice: str = Field(primary_key=True, foreign_key="invoice.key")
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    call_off: str = Field(foreign_key="call_off.number")
    starts: date
    ends: date
    units: str | None = None
    net_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    vat_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    words: str = ""
    takes_back: bool = False


class InvoiceEventRow(SQLModel, table=True):
    """What happened to an invoice, or to a line of it; `contents` is its JSON."""

    __tablename__ = "invoice_event"
    __table_args__ = (UniqueConstraint("reference"), NO_ROWID)
    invoice: str = Field(primary_key=True, foreign_key="invoice.key")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str
    event: str
    day: date
    contents: str = Field(sa_column=Column(Text, nullable=False))
    recorded_by: str = Field(foreign_key="person.username")
    recorded_at: str


class LineApprovalRow(SQLModel, table=True):
    """What was approved of an invoice's line, and how its days or units then stand.

    `held_pence` is disputed and may yet be owed. A later turn of a line adds to what was approved
    before and tells what is still held. What it costs is with irrecoverable VAT, `vat_pence` is
    what comes back. `year` is of the books the cost was entered in.
    """

    __tablename__ = "line_approval"
    __table_args__ = (
        ForeignKeyConstraint(["invoice", "line"], ["invoice_line.invoice", "invoice_line.line"]),
        NO_ROWID,
    )
    invoice: str = Field(primary_key=True)
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    call_off: str = Field(foreign_key="call_off.number", index=True)
    starts: date
    ends: date
    units: str | None = None
    net_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    cost_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    vat_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    held_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date
    year: str = Field(foreign_key="financial_year.year", max_length=7)


class LineTakenBackRow(SQLModel, table=True):
    """Days or units of an invoice's line that it covers no more: asked back, or credited.

    `credit_note` is the one that names them; None where they were asked back.
    """

    __tablename__ = "line_taken_back"
    __table_args__ = (
        CheckConstraint("ends >= starts", name="ends_after_start"),
        ForeignKeyConstraint(["invoice", "line"], ["invoice_line.invoice", "invoice_line.line"]),
        NO_ROWID,
    )
    invoice: str = Field(primary_key=True)
    line: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    call_off: str = Field(foreign_key="call_off.number", index=True)
    starts: date
    ends: date
    units: str | None = None
    credit_note: str | None = Field(default=None, foreign_key="invoice.key")
    day: date


class MatchingRuleRow(SQLModel, table=True):
    """By how much an invoice's line may be asked above what was ordered; the latest turn holds."""

    __tablename__ = "matching_rule"
    __table_args__ = NO_ROWID
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    day: date
    percent: int = Field(description="Hundredths of a percent")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    reason: str
    told_by: str = Field(foreign_key="person.username")
    told_at: str


class PaymentHeldRow(SQLModel, table=True):
    """A payment of an extract that could be an invoice's or spend of its own; until a person says."""

    __tablename__ = "payment_held"
    __table_args__ = NO_ROWID
    journal: str = Field(primary_key=True)
    provider: str | None = Field(default=None, foreign_key="provider.code")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date
    why: str = Field(sa_column=Column(Text, nullable=False))
    coding: str = Field(default="{}", sa_column=Column(Text, nullable=False))


class PaymentSettledRow(SQLModel, table=True):
    """A payment, by its journal, and the invoice it paid."""

    __tablename__ = "payment_settled"
    __table_args__ = (Index("ix_payment_settled_invoice", "invoice"), NO_ROWID)
    journal: str = Field(primary_key=True)
    invoice: str = Field(foreign_key="invoice.key")
    pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    day: date
    decided_by: str = Field(foreign_key="person.username")
    words: str = ""


class PaymentDecisionRow(SQLModel, table=True):
    """What a held payment was for after all: an invoice, or spend as it was coded.

    A later turn holds where the journals of the one before it were reversed.
    """

    __tablename__ = "payment_decision"
    __table_args__ = (UniqueConstraint("reference"), NO_ROWID)
    journal: str = Field(primary_key=True, foreign_key="payment_held.journal")
    turn: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    reference: str
    invoice: str | None = Field(default=None, foreign_key="invoice.key")
    day: date
    reason: str
    decided_by: str = Field(foreign_key="person.username")
    decided_at: str
