"""Events of the month's end and the year's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session

from ledger.accrual import Delivery, Per, Timing
from ledger.year_end import YearEnd
from trust_commissioning import closing
from trust_commissioning.closing import Accrual
from trust_commissioning.fields import (
    AccountName,
    Amount,
    Asked,
    Code,
    Number,
    PeriodName,
    Printable,
    ShortText,
    Text,
    Year,
)
from trust_commissioning.recording.event import BusinessEvent


class Delivered(Asked):
    """What was delivered, priced by the day or the week; both days count."""

    rate: Amount
    per: Annotated[Per, Field(strict=False)]
    starts: date
    ends: date
    units: int = Field(default=1, ge=1, le=100_000, description="How many at that rate")

    def delivery(self) -> Delivery:
        return Delivery(
            rate=self.rate, per=self.per, starts=self.starts, ends=self.ends, units=self.units
        )


class AccrualAsked(Asked):
    """An amount, or what was delivered at a rate, in one period; the next one reverses it."""

    fund: Code
    period: PeriodName
    reference: ShortText = Field(min_length=1, description="Sent again, it is the same one")
    account: AccountName
    reason: ShortText = Field(min_length=1)
    amount: Amount | None = None
    delivered: Delivered | None = None
    service: Code | None = Field(default=None, description="The contract's, where it is left out")
    contract: Number | None = None
    call_off: Number | None = None


class PeriodAsked(Asked):
    """A period to be closed, with why what is left to do may stay."""

    period: PeriodName
    reason: Text = Field(default="", description="For every item that `reasons` does not name")
    reasons: dict[Printable, Text] = Field(
        default={}, description="By item of the report month-end, such as drafts"
    )


class ReopeningAsked(Asked):
    """A closed period to be opened again."""

    period: PeriodName
    reason: Text = Field(min_length=1)


class AgreementAsked(Asked):
    """A period another person asked to be opened again."""

    period: PeriodName


class HostBalanceAsked(Asked):
    """What the host's ledger or bank says a fund's cash was at the end of a period."""

    period: PeriodName
    fund: Code
    amount: Amount
    document: ShortText = Field(min_length=1, description="The paper that says so")


class YearEndRuleAsked(Asked):
    """What becomes of a fund's surplus at the end of a year, and of later ones."""

    fund: Code
    year: Year
    rule: Annotated[YearEnd, Field(strict=False)]
    clause: ShortText = Field(min_length=1, description="The clause or minute that decides it")
    shares: dict[Printable, int] = Field(
        default={}, description="Weights by partner, or by income account; else as cash came in"
    )


class YearAsked(Asked):
    """A year to be closed for good, with why what is left to do may stay."""

    year: Year
    reason: Text = Field(default="", description="For every item that `reasons` does not name")
    reasons: dict[Printable, Text] = Field(default={}, description="By item of the report year-end")


def _accrue(timing: Timing) -> Callable[..., Mapping[str, object]]:
    def act(session: Session, asked: AccrualAsked, by: str, at: datetime) -> Mapping[str, object]:
        wanted = Accrual(
            timing=timing,
            fund=asked.fund,
            period=asked.period,
            reference=asked.reference,
            account=asked.account,
            reason=asked.reason,
            amount=asked.amount,
            delivered=asked.delivered.delivery() if asked.delivered is not None else None,
            service=asked.service,
            contract=asked.contract,
            call_off=asked.call_off,
        )
        return {"id": closing.accrue(session, wanted, by=by, at=at), "status": "submitted"}

    return act


def _close(session: Session, asked: PeriodAsked, by: str, at: datetime) -> Mapping[str, object]:
    seal = closing.close(
        session, asked.period, by=by, at=at, reason=asked.reason, reasons=asked.reasons
    )
    return {"period": str(asked.period), "seal": seal}


def _ask(session: Session, asked: ReopeningAsked, by: str, at: datetime) -> Mapping[str, object]:
    made = closing.ask_reopening(session, asked.period, reason=asked.reason, by=by, at=at)
    return {"period": str(asked.period), "status": "asked", "asked_by": made.asked_by}


def _agree(session: Session, asked: AgreementAsked, by: str, at: datetime) -> Mapping[str, object]:
    made = closing.agree_reopening(session, asked.period, by=by, at=at)
    return {"period": str(asked.period), "status": "open", "agreed_by": made.agreed_by}


def _tell_host_balance(
    session: Session, asked: HostBalanceAsked, by: str, at: datetime
) -> Mapping[str, object]:
    closing.tell_host_balance(
        session,
        asked.period,
        fund=asked.fund,
        amount=asked.amount,
        document=asked.document,
        by=by,
        at=at,
    )
    return {"fund": asked.fund, "period": str(asked.period), "amount": asked.amount.plain}


def _tell_rule(
    session: Session, asked: YearEndRuleAsked, by: str, at: datetime
) -> Mapping[str, object]:
    closing.tell_year_end_rule(
        session,
        asked.fund,
        asked.year,
        rule=asked.rule,
        clause=asked.clause,
        shares=asked.shares,
        by=by,
        at=at,
    )
    return {"fund": asked.fund, "year": str(asked.year), "rule": asked.rule.value}


def _close_year(session: Session, asked: YearAsked, by: str, at: datetime) -> Mapping[str, object]:
    return closing.close_year(
        session, asked.year, by=by, at=at, reason=asked.reason, reasons=asked.reasons
    ).as_json()


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent(
        "accrual", "Delivered and not yet invoiced", AccrualAsked, _accrue(Timing.ACCRUAL)
    ),
    BusinessEvent(
        "prepayment", "Paid and not yet delivered", AccrualAsked, _accrue(Timing.PREPAYMENT)
    ),
    BusinessEvent("period-closing", "A period closed", PeriodAsked, _close),
    BusinessEvent("reopening", "A closed period asked to be opened again", ReopeningAsked, _ask),
    BusinessEvent(
        "reopening-agreement", "A reopening another person agrees to", AgreementAsked, _agree
    ),
    BusinessEvent(
        "host-balance", "What the host holds of a fund", HostBalanceAsked, _tell_host_balance
    ),
    BusinessEvent(
        "year-end-rule", "What becomes of a fund's surplus", YearEndRuleAsked, _tell_rule
    ),
    BusinessEvent("year-closing", "A year closed for good", YearAsked, _close_year),
)
"""Accruals, closings, reopenings and year ends."""
