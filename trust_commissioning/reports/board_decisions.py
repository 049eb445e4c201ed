"""What the board must decide: each thing with its amount, by when, and what happens if nobody does.

Everything is as it stood on the last day of the period shown, by the day each thing was asked and the
day it was decided. Journals alone are as they wait now: what is not posted is in no period's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from contracts.coming import Next
from contracts.lifecycle import ContractState
from contracts.obligations import months_after
from contracts.procurement import Abandonment, Award, Evaluation, Procurement, Route
from ledger.grant.life import Step
from ledger.journal import Book
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.board_gap import Carried
from trust_commissioning.reports.contract_register import AHEAD, lines
from trust_commissioning.reports.grant_exposure import Looked
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.reports.uplifts import cost_on
from trust_commissioning.store import contracts as contract_record
from trust_commissioning.store import journals, monitoring, procuring
from trust_commissioning.store.pool import agreements, disputes
from trust_commissioning.store.standing import titles


@dataclass(frozen=True, slots=True, kw_only=True)
class ToDecide:
    """One thing to decide. `where` is the page on which it is; `of_contract` that it is about one.

    `amount` is None where none can be told; `by` where there is no day.
    """

    kind: str
    what: str
    amount: Money | None
    by: date | None
    otherwise: str
    where: str
    fund: str = ""
    of_contract: bool = False

    def cells(self) -> dict[str, Cell]:
        return {
            "kind": self.kind,
            "what": self.what,
            "amount": "" if self.amount is None else self.amount,
            "by": day_in_full(self.by) if self.by else "No day is set",
            "otherwise": self.otherwise,
            "where": self.where,
            "fund": self.fund,
            "day": self.by.isoformat() if self.by else "",
        }


def to_decide(
    session: Session, scope: Scope, looked: Iterable[Looked], gaps: Iterable[Carried]
) -> tuple[ToDecide, ...]:
    """Everything that waits for a decision, the soonest first; what has no day last."""
    found = [
        *_virements(session, scope),
        *_plans(looked),
        *_gaps(gaps),
        *_disputes(session, scope),
        *_agreements(session, scope),
        *(one for asked in _OF_CONTRACTS for one in asked(session, scope)),
    ]
    wanted = (one for one in found if scope.fund is None or one.fund in ("", scope.fund))
    return tuple(sorted(wanted, key=lambda one: (one.by is None, one.by or date.max, one.what)))


def decisions_parts(found: Iterable[ToDecide]) -> tuple[Part, Part]:
    """What is about money and partners, then what is about contracts."""
    every = list(found)
    return (
        _part("decisions", "What must we decide?", [o for o in every if not o.of_contract]),
        _part(
            "contracts", "Which contracts must we decide on?", [o for o in every if o.of_contract]
        ),
    )


def decisions_answer(found: Iterable[ToDecide], day: date) -> str:
    """How many wait and which comes first, in a sentence."""
    every = list(found)
    if not every:
        return "Nothing waits for a decision."
    first = every[0]
    said = f"{counted(len(every), 'decision waits', 'decisions wait')}"
    if first.by is None:
        return f"{said}, none by a set day."
    was = "was due by" if first.by < day else "by"
    return f"{said}; the first {was} {day_in_full(first.by)}: {first.what}."


def _part(key: str, title: str, found: Iterable[ToDecide]) -> Part:
    rows = tuple(one.cells() for one in found)
    words = () if rows else ("Nothing waits for a decision.",)
    return Part(key=key, title=title, words=words, columns=DECISIONS if rows else (), rows=rows)


def _virements(session: Session, scope: Scope) -> Iterator[ToDecide]:
    """Changes of budget that were submitted into the periods shown and are not posted."""
    for one in journals.waiting(session, status="submitted"):
        journal = one.journal
        in_scope = journal.period.year == scope.year and journal.period.number <= scope.to
        if journal.book is Book.BUDGET and in_scope:
            yield ToDecide(
                kind="Virement",
                what=journal.narration,
                amount=Money.total(max(line.amount, Money(0)) for line in journal.postings),
                by=journal.period.ends,
                otherwise="The budget stays where it is.",
                where="approvals",
                fund=journal.fund,
            )


def _plans(looked: Iterable[Looked]) -> Iterator[ToDecide]:
    """Grants that wait for their plan to be assessed, or to be handed in."""
    for one in looked:
        for life in one.grant.lives:
            if Step.PLAN_ASSESSED not in life.waits_for:
                continue
            amount = life.years[one.grant.year].available
            yield ToDecide(
                kind="Plan",
                what=f"{one.grant.programme.title}: its plan is to be assessed",
                amount=amount,
                by=one.found[0].day if one.found else None,
                otherwise=f"{amount} is not released, and what was spent on it is the trust’s own.",
                where=f"grant?code={one.grant.programme.code}",
                fund=one.grant.fund,
            )


def _gaps(gaps: Iterable[Carried]) -> Iterator[ToDecide]:
    """What a risk share leaves for the partners to agree on."""
    for one in gaps:
        for amount, words in one.actions:
            yield ToDecide(
                kind="Risk share",
                what=f"{one.fund.title}: {words.rstrip('.')}",
                amount=abs(amount),
                by=None,
                otherwise=f"{abs(amount)} of the variance is not shared and stays in the fund.",
                where=f"risk-share?fund={one.fund.fund}",
                fund=one.fund.fund,
            )


def _disputes(session: Session, scope: Scope) -> Iterator[ToDecide]:
    names = titles(session, "partner")["partner"]
    for one in disputes(session, scope.fund):
        if one.stands_on(scope.period.ends):
            yield ToDecide(
                kind="Dispute",
                what=(
                    f"{names.get(one.partner, one.partner)} denies an instalment of "
                    f"{day_in_full(one.instalment)}: {one.reason.rstrip('.')}"
                ),
                amount=one.amount,
                by=None,
                otherwise="It stays unpaid and ages; the risk share counts it as not paid.",
                where=f"reports?report=partner-position&fund={one.fund}",
                fund=one.fund,
            )


def _agreements(session: Session, scope: Scope) -> Iterator[ToDecide]:
    """Agreements that end, or are to be reviewed, within months."""
    day = scope.period.ends
    by = months_after(day, AHEAD)
    for one in agreements(session, scope.fund or ""):
        if one.ends is not None and day <= one.ends <= by:
            yield ToDecide(
                kind="Agreement",
                what=f"{one.title} ends",
                amount=None,
                by=one.ends,
                otherwise="No partner is bound to contribute from then on.",
                where=f"pooled-funds?fund={one.fund}",
                fund=one.fund,
            )
        elif one.review_day is not None and one.starts <= day <= one.review_day <= by:
            yield ToDecide(
                kind="Agreement",
                what=f"{one.title} is to be reviewed",
                amount=None,
                by=one.review_day,
                otherwise="It goes on as it is.",
                where=f"pooled-funds?fund={one.fund}",
                fund=one.fund,
            )


def _uplifts(session: Session, scope: Scope) -> Iterator[ToDecide]:
    day = scope.period.ends
    asked = [one.as_at(day) for one in contract_record.uplifts(session) if one.day <= day]
    waiting = [one for one in asked if one.is_open]
    numbers = {one.contract for one in waiting}
    every = {one.number: one for one in contract_record.contracts(session, numbers)}
    for one in waiting:
        contract = every[one.contract]
        cost = cost_on(session, contract, one, day)
        yield ToDecide(
            kind="Uplift",
            what=f"{contract.number} {contract.title}: new prices from {day_in_full(one.starts)}",
            amount=cost.full_year,
            by=one.starts,
            otherwise="The prices stay as they are, and the provider may give notice.",
            where=f"uplifts?contract={contract.number}",
            fund=contract.fund,
            of_contract=True,
        )


def _ends(session: Session, scope: Scope) -> Iterator[ToDecide]:
    """Options to extend and contracts that run out, within months."""
    for line in lines(session, scope.period.ends):
        for one in line.coming:
            if one.what is Next.ENDS:
                continue
            may_extend = one.what is Next.MAY_BE_EXTENDED
            ends = line.terms.ends
            on = day_in_full(ends) if ends is not None else "its last day"
            yield ToDecide(
                kind="Extension" if may_extend else "Contract ends",
                what=f"{line.contract.number} {line.terms.title}, {line.provider}: {one.words}",
                amount=line.terms.value,
                by=one.day,
                otherwise=(
                    f"The option is lost, and it ends on {on}."
                    if may_extend
                    else f"Nothing is agreed from {on} on."
                ),
                where=f"contract?number={line.contract.number}",
                fund=line.contract.fund,
                of_contract=True,
            )


def _reviews(session: Session, scope: Scope) -> Iterator[ToDecide]:
    """Reviews of contracts with nothing decided yet."""
    day = scope.period.ends
    held = (one.as_at(day) for one in monitoring.reviews(session) if one.day <= day)
    open_ = [one for one in held if one.decision is None]
    numbers = {one.contract for one in open_}
    every = {one.number: one for one in contract_record.contracts(session, numbers, day=day)}
    for one in open_:
        contract = every.get(one.contract)
        if contract is None or contract.state in (ContractState.ENDED, ContractState.TERMINATED):
            continue
        yield ToDecide(
            kind="Review",
            what=(
                f"{contract.number} {contract.title}, reviewed on {day_in_full(one.day)}: "
                f"{one.words.rstrip('.')}"
            ),
            amount=contract.as_at(day).value,
            by=None,
            otherwise="It goes on as it is.",
            where="reviews",
            fund=contract.fund,
            of_contract=True,
        )


def _procurements(session: Session, scope: Scope) -> Iterator[ToDecide]:
    """Waivers that wait to be granted, and results that wait for an award.

    A procurement is of no fund until its contract is.
    """
    day = scope.period.ends
    if scope.fund is not None:
        return
    for one in procuring.procurements(session):
        now = one.as_at(day)
        if now is None:
            continue
        asked = _asked_of(now)
        if asked is not None:
            kind, what, otherwise = asked
            yield ToDecide(
                kind=kind,
                what=f"{one.reference} {one.plan.title}: {what}",
                amount=one.plan.estimated,
                by=None,
                otherwise=otherwise,
                where="procurement",
                of_contract=True,
            )


def _asked_of(one: Procurement) -> tuple[str, str, str] | None:
    """What a procurement waits for, and what comes of waiting."""
    said = [type(happened.contents) for happened in one.happened]
    left = len(one.plan.lots) - said.count(Award)
    if Abandonment in said or not left:
        return None
    if one.plan.route is Route.WAIVER and one.waiver is None:
        return "Waiver", "may it be let without competition?", "It is put out to competition."
    if Evaluation in said or one.waiver is not None:
        return (
            "Award",
            f"{counted(left, 'lot is', 'lots are')} to be awarded",
            "No contract follows, and bids lapse.",
        )
    return None


_OF_CONTRACTS: tuple[Callable[[Session, Scope], Iterator[ToDecide]], ...] = (
    _uplifts,
    _ends,
    _reviews,
    _procurements,
)
DECISIONS = (
    Column(key="kind", title="Kind"),
    Column(key="what", title="What is asked"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="by", title="By"),
    Column(key="otherwise", title="If nothing is decided"),
    Column(key="where", title="Page", kind="code"),
    Column(key="fund", title="Fund", kind="code"),
    Column(key="day", title="Day", kind="code"),
)
