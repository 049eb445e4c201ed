"""The VAT of a line: what comes back, and what the fund bears, by who delivers the service."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from ledger.money import Money
from ledger.periods import Period
from ledger.pool.noted import VatLine
from ledger.pool.vat import Delivery, VatOfLine, problems_in_line, vat_of_line
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import posting_rules, roles
from trust_commissioning.clock import as_text
from trust_commissioning.pooling.known import fund_of, note
from trust_commissioning.posting import post
from trust_commissioning.posting_rules import VAT_IRRECOVERABLE, Event, Spend
from trust_commissioning.store import register
from trust_commissioning.store.pool import agreement_of, facts
from trust_commissioning.store.pool.facts import Fact

VAT = "vat"
"""The source of a journal made from a line's VAT."""


def enter_vat(
    session: Session,
    *,
    reference: str,
    fund: str,
    service: str,
    net: Money,
    vat: Money,
    gross: Money,
    day: date,
    words: str,
    period: Period | None = None,
    by: str,
    at: datetime,
) -> VatOfLine:
    """Enter the VAT of a line whose net amount is in the books already.

    The agreement says who delivers the service on that day: what that body recovers is owed back,
    what it does not is an expense of the service.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_POOL)
    fund_of(session, fund)
    problems = problems_in_line(net, vat, gross)
    delivery = _delivery(session, fund, service, day)
    if isinstance(delivery, Problem):
        problems.append(delivery)
    if not vat:
        problems.append(Problem("line_without_vat", "The line has no VAT to enter.", "vat"))
    if problems:
        raise Refused(problems)
    assert isinstance(delivery, Delivery)
    line = vat_of_line(net, vat, delivery)
    spend = Spend(
        account=VAT_IRRECOVERABLE,
        service=service,
        weights=register.services(session)[service].weights_on(day),
    )
    event = Event(
        fund=fund, day=day, period=period, source=VAT, source_ref=reference, narration=words
    )
    journal = posting_rules.vat_paid(event, line.recovered, line.irrecoverable, spend)
    number = post(session, journal, by=by, at=at)
    fact = Fact(
        kind=facts.VAT_LINE,
        reference=reference,
        about=service,
        fund=fund,
        day=day,
        contents=VatLine(
            service=service,
            net=net,
            recovered=line.recovered,
            irrecoverable=line.irrecoverable,
            journal=number,
        ),
        recorded_by=by,
        recorded_at=as_text(at),
    )
    note(session, fact, at=at, after={"journal": number, "irrecoverable": line.irrecoverable.plain})
    return line


def _delivery(session: Session, fund: str, service: str, day: date) -> Delivery | Problem:
    under = agreement_of(session, fund, day)
    found = under.delivery_of(service) if under is not None else None
    return found or Problem(
        "delivery_not_agreed",
        f"No agreement of {fund} says who delivers “{service}” on {day_in_full(day)}, so it is not "
        "known what VAT comes back.",
        "service",
    )
