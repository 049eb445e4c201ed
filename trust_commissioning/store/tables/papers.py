"""Tables of the papers: reports kept as they were issued."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

from trust_commissioning.store.tables.shared import NO_ROWID


class IssuedReportRow(SQLModel, table=True):
    """A report as it was issued, with its hash, and the PDF that was given out (base64).

    `contents` is the report's JSON; `asked` is what was asked for when it was issued, `follows` the
    one issued before it, `reasons` what was said of the figures that changed since.
    """

    __tablename__ = "issued_report"
    __table_args__ = (
        CheckConstraint("period BETWEEN 1 AND 13", name="period_1_to_13"),
        CheckConstraint("turn > 0", name="turn_above_nil"),
        CheckConstraint("unit IN ('pence', 'thousands')", name="unit_known"),
        CheckConstraint("tolerance_pence >= 0", name="tolerance_not_below_nil"),
        Index("ix_issued_report_of", "report", "fund", "year"),
        NO_ROWID,
    )
    number: str = Field(primary_key=True)
    turn: int = Field(sa_column=Column(Integer, unique=True, nullable=False))
    reference: str = Field(unique=True)
    report: str
    title: str
    fund: str | None = Field(default=None, foreign_key="fund.code")
    year: str = Field(foreign_key="financial_year.year")
    period: int
    partner: str | None = Field(default=None, foreign_key="partner.code")
    of_grant: str | None = None
    unit: str
    follows: str | None = Field(default=None, foreign_key="issued_report.number")
    tolerance_pence: int = Field(sa_column=Column(BigInteger, nullable=False))
    reasons: str = Field(sa_column=Column(Text, nullable=False))
    asked: str = Field(sa_column=Column(Text, nullable=False))
    contents: str = Field(sa_column=Column(Text, nullable=False))
    contents_sha256: str
    pdf: str = Field(sa_column=Column(Text, nullable=False))
    pdf_sha256: str
    books_head: str
    issued_by: str = Field(foreign_key="person.username")
    issued_at: str
