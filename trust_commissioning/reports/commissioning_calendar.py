"""The calendar of commissioning: every day by which somebody must look, decide, tell or do.

It looks a year ahead of the last day of the period shown, and keeps what was due before and is not
done. Each line has a name that stays the same, so that a calendar that takes it in again finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from contracts.coming import Phase
from contracts.lifecycle import ContractState
from contracts.monitoring import Cycle
from contracts.obligations import calendar, months_after
from contracts.procurement import Evaluation, Tender
from contracts.review import ActionStanding
from ledger.wording import day_in_full
from trust_commissioning.reports.contract_register import Line, lines
from trust_commissioning.reports.monitoring_due import monitoring_due
from trust_commissioning.reports.shape import Cell, Column, Report, Scope, check, make
from trust_commissioning.store import contracts as contract_record
from trust_commissioning.store import monitoring, procuring
from trust_commissioning.store.pool import agreements

MONTHS = 12
"""So far it looks ahead."""
LATE, TO_COME = "Late", "To come"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """One day with what is due on it. `owner` is a post or a team; `uid` names it for ever."""

    uid: str
    day: date
    kind: str
    what: str
    owner: str
    where: str


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every source of days is asked with."""

    session: Session
    scope: Scope
    at: datetime
    lines: tuple[Line, ...]
    cycles: Mapping[str, Cycle]

    @property
    def day(self) -> date:
        return self.scope.period.ends

    @property
    def by(self) -> date:
        return months_after(self.day, MONTHS)

    def owner(self, contract: str) -> str:
        """Who watches over a contract."""
        cycle = self.cycles.get(contract)
        return cycle.officer if cycle is not None else ""


def commissioning_calendar(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each day that something is due, the soonest first."""
    check(session, scope)
    day = scope.period.ends
    held = lines(session, day)
    asked = _Asked(
        session=session,
        scope=scope,
        at=at,
        lines=tuple(one for one in held if scope.fund in (None, one.contract.fund)),
        cycles=monitoring.cycles(session, day),
    )
    found = sorted(
        (one for source in _SOURCES for one in source(asked)),
        key=lambda one: (one.day, one.kind, one.what),
    )
    return make(
        session,
        scope,
        at,
        name="commissioning-calendar",
        title="Calendar of commissioning",
        basis=(
            f"What is due within a year of {day_in_full(day)} by what was recorded by then, with "
            "what was due before and is not done. Owners are posts and teams; a contract’s is the "
            "officer who watches it."
        ),
        sign="No figure has a sign of its own.",
        columns=_COLUMNS,
        rows=[_row(one, day) for one in found],
        totals={},
    )


def _row(one: Dated, day: date) -> dict[str, Cell]:
    return {
        "day": day_in_full(one.day),
        "stands": LATE if one.day < day else TO_COME,
        "kind": one.kind,
        "what": one.what,
        "owner": one.owner or "Nobody named",
        "where": one.where,
        "uid": one.uid,
        "date": one.day.isoformat(),
    }


def _ends(asked: _Asked) -> Iterator[Dated]:
    """Ends of contracts, the last days to take up an option, the last days to give notice."""
    for line in asked.lines:
        number, terms = line.contract.number, line.terms
        if line.phase not in (Phase.IN_FORCE, Phase.NOT_STARTED) or terms.ends is None:
            continue
        named = f"{number} {terms.title}, {line.provider}"
        about = {"owner": asked.owner(number), "where": f"contract?number={number}"}
        if asked.day <= terms.ends <= asked.by:
            words = f"{named} ends"
            yield Dated(
                uid=f"end/{number}", day=terms.ends, kind="Contract ends", what=words, **about
            )
        notice = months_after(terms.ends, -terms.notice_months)
        if terms.notice_months and asked.day <= notice <= asked.by:
            words = f"{named}: last day to give notice for its end"
            yield Dated(uid=f"notice/{number}", day=notice, kind="Notice", what=words, **about)
        if line.contract.state in (ContractState.ENDED, ContractState.TERMINATED):
            continue
        for option in terms.extensions[:1]:
            last = option.notify_by or terms.ends
            if asked.day <= last <= asked.by:
                words = f"{named}: decide whether to extend until {day_in_full(option.until)}"
                uid = f"extension/{number}/{option.code}"
                yield Dated(uid=uid, day=last, kind="Extension", what=words, **about)


def _obligations(asked: _Asked) -> Iterator[Dated]:
    """Dated duties of contracts that are not done."""
    met = contract_record.obligations_met(asked.session)
    for line in asked.lines:
        if line.phase is Phase.DRAFT:
            continue
        number, terms = line.contract.number, line.terms
        for due in calendar(terms.obligations, met.get(number, ()), asked.by, terms.ends):
            if due.met is None or due.met.day > asked.day:
                yield Dated(
                    uid=f"obligation/{number}/{due.obligation.code}/{due.day.isoformat()}",
                    day=due.day,
                    kind=f"Duty of the {due.obligation.whose.title.lower()}",
                    what=f"{number} {terms.title}, {line.provider}: {due.obligation.title}",
                    owner=asked.owner(number),
                    where=f"contract?number={number}",
                )


def _checks(asked: _Asked) -> Iterator[Dated]:
    """The next check of each contract that is watched."""
    for row in monitoring_due(asked.session, asked.scope, asked.at).rows:
        if row["due_day"]:
            yield Dated(
                uid=f"check/{row['contract']}/{row['due_day']}",
                day=date.fromisoformat(str(row["due_day"])),
                kind="Check",
                what=f"{row['contract']} {row['title']}, {row['provider']}: its next check",
                owner=str(row["officer"]),
                where="monitoring",
            )


def _actions(asked: _Asked) -> Iterator[Dated]:
    """What was agreed to be done and is not."""
    ours = {line.contract.number for line in asked.lines}
    for one in monitoring.actions(asked.session):
        stands = one.stands(asked.day)
        is_open = one.day <= asked.day and stands in (ActionStanding.OPEN, ActionStanding.LATE)
        if is_open and (one.contract in ours or not (one.contract or asked.scope.fund)):
            yield Dated(
                uid=f"action/{one.reference}",
                day=one.due,
                kind="Action",
                what=f"{one.contract}: {one.title}" if one.contract else one.title,
                owner=one.owner,
                where="monitoring",
            )


def _uplifts(asked: _Asked) -> Iterator[Dated]:
    """New prices that wait for a decision, by the day they are asked from."""
    ours = {line.contract.number: line for line in asked.lines}
    for one in contract_record.uplifts(asked.session):
        if one.day <= asked.day and one.contract in ours and one.as_at(asked.day).is_open:
            yield Dated(
                uid=f"uplift/{one.reference}",
                day=one.starts,
                kind="Uplift",
                what=f"{one.contract} {ours[one.contract].terms.title}: decide on new prices",
                owner=asked.owner(one.contract),
                where="uplifts",
            )


def _tenders(asked: _Asked) -> Iterator[Dated]:
    """The days until which bids are asked for; a procurement is of no fund until its contract is."""
    for one in procuring.procurements(asked.session) if asked.scope.fund is None else ():
        now = one.as_at(asked.day)
        if now is None or any(isinstance(said.contents, Evaluation) for said in now.happened):
            continue
        for said in now.happened:
            if isinstance(said.contents, Tender):
                yield Dated(
                    uid=f"tender/{one.reference}/{said.reference}",
                    day=said.contents.closes,
                    kind="Bids close",
                    what=f"{one.reference} {one.plan.title}: bids close, then they are marked",
                    owner="",
                    where="procurement",
                )


def _agreements(asked: _Asked) -> Iterator[Dated]:
    """Reviews and ends of the agreements of pooled funds."""
    for one in agreements(asked.session, asked.scope.fund or ""):
        for kind, day in (("Agreement reviewed", one.review_day), ("Agreement ends", one.ends)):
            if day is not None and one.starts <= asked.day <= day <= asked.by:
                yield Dated(
                    uid=f"agreement/{one.reference}/{kind.split()[-1]}",
                    day=day,
                    kind=kind,
                    what=one.title,
                    owner=one.pool_manager,
                    where=f"pooled-funds?fund={one.fund}",
                )


_SOURCES: tuple[Callable[[_Asked], Iterator[Dated]], ...] = (
    _ends,
    _obligations,
    _checks,
    _actions,
    _uplifts,
    _tenders,
    _agreements,
)
_COLUMNS = (
    Column(key="day", title="By"),
    Column(key="stands", title="Stands"),
    Column(key="kind", title="Kind"),
    Column(key="what", title="What"),
    Column(key="owner", title="Whose"),
    Column(key="where", title="Page", kind="code"),
    Column(key="uid", title="Name", kind="code"),
    Column(key="date", title="Date", kind="code"),
)
