"""The facts a review of a contract is made on, gathered from what the record holds on a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from fractions import Fraction

from sqlmodel import Session

from contracts.contract import Contract
from contracts.monitoring import Answer, concerns_at
from contracts.review import ActionStanding, ReviewFact, Subject
from contracts.small_numbers import HIDDEN, is_small
from contracts.value_for_money import each
from ledger.money import Money
from ledger.periods import Period
from ledger.wording import counted, day_in_full
from trust_commissioning.reports import delivery_facts
from trust_commissioning.reports.delivered import delivered
from trust_commissioning.reports.shape import Scope
from trust_commissioning.store import contracts as contract_record
from trust_commissioning.store import monitoring as record
from trust_commissioning.store import providing

Gatherer = Callable[[Session, Contract, date], Iterable[ReviewFact]]
"""Gathers facts of one subject about a contract on a day."""
_LATEST = 5
"""How many views a paper has room for."""


def gather(session: Session, contract: str, day: date) -> tuple[ReviewFact, ...]:
    """Every fact about a contract on a day, in the order of their subjects."""
    found = contract_record.contract(session, contract)
    if found is None:
        return ()
    facts = [fact for gatherer in GATHERERS for fact in gatherer(session, found, day)]
    order = list(Subject)
    return tuple(sorted(facts, key=lambda one: order.index(one.subject)))


def _terms(_: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    terms = contract.as_at(day)
    ends = f"until {day_in_full(terms.ends)}" if terms.ends else "with no fixed end"
    yield ReviewFact(
        subject=Subject.SPEND,
        title="Value of the contract",
        says=f"{terms.value} from {day_in_full(terms.starts)} {ends}",
        source=f"Contract {contract.number} as at {day_in_full(day)}",
    )
    for option in terms.open_options:
        by = f", to be taken up by {day_in_full(option.notify_by)}" if option.notify_by else ""
        yield ReviewFact(
            subject=Subject.SPEND,
            title=f"Option to extend {option.code}",
            says=f"until {day_in_full(option.until)}{by}",
            source=f"Contract {contract.number}",
        )


def _uplifts(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    for one in contract_record.uplifts(session, contract=contract.number):
        if one.day > day:
            continue
        decided = [decision for decision in one.decisions if decision.day <= day]
        said = decided[-1].step.value.replace("_", " ") if decided else "asked for, not checked"
        yield ReviewFact(
            subject=Subject.UPLIFTS,
            title=f"Uplift {one.reference}",
            says=f"From {day_in_full(one.starts)}: {one.reason} {said.capitalize()}.",
            source=f"Asked for on {day_in_full(one.day)}",
        )


def _concerns(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    log = record.concerns(session, contract=contract.number, provider=contract.provider)
    rule = record.rule_on(session, day).pattern
    at = concerns_at(log, day, rule)
    yield ReviewFact(
        subject=Subject.CONCERNS,
        title=at.standing.title,
        says=(
            f"{at.why} {at.lately} in the last {rule.months} months, {at.before} in the "
            f"{rule.months} before."
        ),
        source="Log of concerns",
    )
    for one in log:
        if one.is_open(day):
            yield ReviewFact(
                subject=Subject.CONCERNS,
                title=f"{one.source.title}, {one.weight.title.lower()}",
                says=one.words,
                source=f"Log of concerns, {day_in_full(one.day)}",
            )


def _checks(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    made = [one for one in record.checks(session, contract=contract.number) if one.day <= day]
    for one in made[-2:]:
        found = ", ".join(
            f"{one.found(answer)} {answer.title.lower()}"
            for answer in (Answer.MET, Answer.PARTLY_MET, Answer.NOT_MET)
        )
        yield ReviewFact(
            subject=Subject.CHECKS,
            title=f"{one.kind.title} on {day_in_full(one.day)}",
            says=f"{counted(len(one.answers), 'item')}: {found}. {one.words}".strip(),
            source="The checklist with its evidence",
        )


def _views(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """What children and families said of the service, the latest last."""
    services = {contract.service, *(lot.service for lot in contract.as_at(day).lots)}
    said = [one for one in providing.views(session) if one.service in services and one.day <= day]
    for one in said[-_LATEST:]:
        yield ReviewFact(
            subject=Subject.VIEWS,
            title=one.whose.title,
            says=one.words,
            source=f"{one.gathered}, {day_in_full(one.day)}",
        )


def _value_for_money(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    """What a unit cost this year under the contract, beside all of its service's."""
    period = Period.containing(day)
    every = delivered(session, Scope(None, period.year, period.number))
    for mine in (one for one in every if one.source == contract.number and one.units > 0):
        alike = [one for one in every if (one.service, one.unit) == (mine.service, mine.unit)]
        whole = each(
            Money.total(one.cost for one in alike), sum((one.units for one in alike), Fraction(0))
        )
        yield ReviewFact(
            subject=Subject.VALUE_FOR_MONEY,
            title=f"A {mine.unit}",
            says=(
                HIDDEN
                if is_small(mine.children)
                else f"{each(mine.cost, mine.units)} here, {whole} over all that is bought or "
                "provided of the service"
            ),
            source=f"Called off in {period.year} up to {period.title}",
        )


def _standards(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    for one in record.standards(session):
        if one.provider != contract.provider or one.agreed > day:
            continue
        said = one.met_on(day)
        yield ReviewFact(
            subject=Subject.STANDARDS,
            title=one.title,
            says=f"{said.met.title}. {said.evidence}" if said else "Not looked at yet.",
            source=(
                f"Standard {one.code}, agreed on {day_in_full(one.agreed)}"
                + (f"; looked at on {day_in_full(said.day)}" if said else "")
            ),
        )


def _actions(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    for one in record.actions(session):
        mine = one.contract == contract.number or (
            not one.contract and one.provider == contract.provider
        )
        stands = one.stands(day)
        if mine and one.day <= day and stands in (ActionStanding.OPEN, ActionStanding.LATE):
            yield ReviewFact(
                subject=Subject.ACTIONS,
                title=one.title,
                says=f"{stands.title}: {one.owner}, by {day_in_full(one.due)}",
                source=f"Agreed on {day_in_full(one.day)}",
            )


def _findings(session: Session, contract: Contract, day: date) -> Iterator[ReviewFact]:
    for one in record.findings(session):
        about = (
            contract.number == one.contract
            or contract.provider == one.provider
            or contract.service in one.services
        )
        if about and one.published <= day:
            yield ReviewFact(
                subject=Subject.INSPECTION,
                title=one.area.title,
                says=one.words,
                source=f"{one.inspection}, {day_in_full(one.published)}",
            )


GATHERERS: tuple[Gatherer, ...] = (
    _terms,
    delivery_facts.spend,
    delivery_facts.delivery,
    delivery_facts.kpis,
    delivery_facts.invoices,
    _uplifts,
    _concerns,
    _checks,
    _views,
    _value_for_money,
    _standards,
    _actions,
    _findings,
)
"""What gathers the facts, one for each subject of the register."""
