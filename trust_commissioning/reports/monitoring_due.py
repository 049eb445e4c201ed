"""Monitoring: which contracts are to be checked by when, which are late, what concerns come to."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from contracts.coming import Phase, phase
from contracts.contract import Contract
from contracts.monitoring import (
    Check,
    Concern,
    ConcernsAt,
    Cycle,
    CycleRule,
    Risk,
    Standing,
    next_check,
)
from contracts.monitoring import concerns_at as standing_of
from contracts.review import Action, ActionStanding
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import contracts as contract_record
from trust_commissioning.store import monitoring as record
from trust_commissioning.store.standing import titles

NO_CYCLE, LATE, DUE_SOON, ON_TIME = "No cycle set", "Late", "Due within a month", "On time"
_ORDER = (LATE, NO_CYCLE, DUE_SOON, ON_TIME)
_SOON = 31


@dataclass(frozen=True, slots=True)
class _Known:
    """What the record holds of every contract's monitoring on a day."""

    day: date
    rule: CycleRule
    cycles: Mapping[str, Cycle]
    checks: Mapping[str, Sequence[Check]]
    concerns: Mapping[str, Sequence[Concern]]
    actions: Sequence[Action]
    late: Counter[str]
    providers: Mapping[str, str]

    def log(self, contract: Contract) -> list[Concern]:
        """The concerns of a contract and those of its provider that are of none."""
        return [
            one
            for one in self.concerns.get(contract.provider, ())
            if one.contract in ("", contract.number)
        ]


def monitoring_due(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each contract that runs on the last day of the period shown, the latest first."""
    day = scope.period.ends
    known = _known(session, day)
    running = [
        one
        for one in contract_record.contracts(session, fund=scope.fund or "")
        if phase(one, day) is Phase.IN_FORCE
    ]
    rows = [_row(known, one) for one in running]
    rows.sort(key=lambda row: (_ORDER.index(str(row["standing"])), str(row["due_day"])))
    numbers = {one.number for one in running}
    providers = {one.provider for one in running}
    return make(
        session,
        scope,
        at,
        name="monitoring-due",
        title="Monitoring due",
        basis=(
            f"Contracts in force on {day_in_full(day)}, with what was recorded by then. How often a "
            "contract is checked follows from its risk, which a person judges, and its value as "
            "varied."
        ),
        sign="Values are for the whole term, above nil.",
        columns=_COLUMNS,
        rows=rows,
        totals={"value": Money.total(c for row in rows if isinstance(c := row["value"], Money))},
        parts=[
            Part(
                key="concerns",
                title="Log of concerns",
                words=(
                    _RULE_IN_WORDS.format(known.rule.pattern.concerns, known.rule.pattern.months),
                ),
                columns=_CONCERNS,
                rows=tuple(_concern_rows(known, providers, numbers)),
            ),
            Part(
                key="actions",
                title="Actions not done",
                columns=_ACTIONS,
                rows=tuple(_action_rows(known, providers, numbers, scope.fund)),
            ),
            Part(
                key="cycle",
                title="How often contracts are checked",
                columns=_CYCLE,
                rows=tuple(_cycle_rows(known.rule)),
            ),
        ],
    )


def _known(session: Session, day: date) -> _Known:
    checks: defaultdict[str, list[Check]] = defaultdict(list)
    for check in record.checks(session):
        if check.day <= day:
            checks[check.contract].append(check)
    concerns: defaultdict[str, list[Concern]] = defaultdict(list)
    for concern in record.concerns(session):
        if concern.day <= day:
            concerns[concern.provider].append(concern)
    actions = [one for one in record.actions(session) if one.day <= day]
    return _Known(
        day=day,
        rule=record.rule_on(session, day),
        cycles=record.cycles(session, day),
        checks=checks,
        concerns=concerns,
        actions=actions,
        late=Counter(one.contract for one in actions if one.stands(day) is ActionStanding.LATE),
        providers=titles(session, "provider")["provider"],
    )


def _row(known: _Known, contract: Contract) -> dict[str, Cell]:
    terms = contract.as_at(known.day)
    value = terms.value
    cycle = known.cycles.get(contract.number)
    made = known.checks.get(contract.number, ())
    last = made[-1] if made else None
    due = next_check(cycle, made, known.rule, value) if cycle else None
    log = standing_of(known.log(contract), known.day, known.rule.pattern)
    every = f"Every {counted(known.rule.months_for(cycle.risk, value), 'month')}" if cycle else ""
    return {
        "contract": contract.number,
        "title": terms.title,
        "provider": known.providers.get(contract.provider, contract.provider),
        "value": value,
        "risk": cycle.risk.title if cycle else "",
        "every": every,
        "officer": cycle.officer if cycle else "",
        "last": f"{last.kind.title}, {day_in_full(last.day)}" if last else "None yet",
        "due": day_in_full(due) if due else "",
        "due_day": due.isoformat() if due else "",
        "standing": _standing(due, known.day),
        "concerns": log.open,
        "trend": _trend(log),
        "comes_to": log.standing.title if log.standing is not Standing.CLEAR else "",
        "actions_late": known.late[contract.number],
    }


def _standing(due: date | None, day: date) -> str:
    if due is None:
        return NO_CYCLE
    if due < day:
        return LATE
    return DUE_SOON if (due - day).days <= _SOON else ON_TIME


def _trend(log: ConcernsAt) -> str:
    if not log.lately and not log.before:
        return ""
    return f"{log.trend.title}: {log.lately} after {log.before}"


def _concern_rows(
    known: _Known, providers: set[str], numbers: set[str]
) -> Iterator[dict[str, Cell]]:
    for provider in sorted(providers):
        for one in known.concerns.get(provider, ()):
            if one.contract and one.contract not in numbers:
                continue
            closed = one.closed_on()
            yield {
                "provider": known.providers.get(provider, provider),
                "contract": one.contract,
                "day": day_in_full(one.day),
                "source": one.source.title,
                "weight": one.weight.title,
                "words": one.words,
                "state": (
                    f"Closed {day_in_full(closed)}"
                    if closed is not None and closed <= known.day
                    else "Open"
                ),
            }


def _action_rows(
    known: _Known, providers: set[str], numbers: set[str], fund: str | None
) -> Iterator[dict[str, Cell]]:
    for one in sorted(known.actions, key=lambda action: (action.due, action.reference)):
        ours = one.contract in numbers or (
            not one.contract and (one.provider in providers or (not one.provider and not fund))
        )
        stands = one.stands(known.day)
        if ours and stands in (ActionStanding.OPEN, ActionStanding.LATE):
            yield {
                "due": day_in_full(one.due),
                "action": one.title,
                "owner": one.owner,
                "contract": one.contract,
                "provider": known.providers.get(one.provider, one.provider),
                "about": ", ".join(one.about),
                "state": stands.title,
            }


def _cycle_rows(rule: CycleRule) -> Iterator[dict[str, Cell]]:
    risks = list(Risk)
    for band in sorted(rule.bands, key=lambda one: (risks.index(one.risk), one.at_least)):
        yield {
            "risk": band.risk.title,
            "at_least": band.at_least,
            "every": f"Every {counted(band.months, 'month')}",
        }


_RULE_IN_WORDS = (
    "One low measure is a reason to look and never a breach. {} concerns within {} months, or a "
    "serious one that is open, are a pattern to act on. Whether a contract is breached is said by a "
    "person."
)
_COLUMNS = (
    Column(key="contract", title="Contract"),
    Column(key="title", title="For"),
    Column(key="provider", title="Provider"),
    Column(key="value", title="Value", kind="money"),
    Column(key="risk", title="Risk"),
    Column(key="every", title="Checked"),
    Column(key="officer", title="Officer"),
    Column(key="last", title="Last check"),
    Column(key="due", title="Next due"),
    Column(key="due_day", title="Next due, as a date", kind="code"),
    Column(key="standing", title="Stands"),
    Column(key="concerns", title="Concerns open", kind="count"),
    Column(key="trend", title="Trend of concerns"),
    Column(key="comes_to", title="What they come to"),
    Column(key="actions_late", title="Actions late", kind="count"),
)
_CONCERNS = (
    Column(key="provider", title="Provider"),
    Column(key="contract", title="Contract"),
    Column(key="day", title="Noted"),
    Column(key="source", title="From"),
    Column(key="weight", title="Weight"),
    Column(key="words", title="What it is"),
    Column(key="state", title="State"),
)
_ACTIONS = (
    Column(key="action", title="Action"),
    Column(key="owner", title="Owner"),
    Column(key="due", title="By"),
    Column(key="state", title="State"),
    Column(key="contract", title="Contract"),
    Column(key="provider", title="Provider"),
    Column(key="about", title="Arises from"),
)
_CYCLE = (
    Column(key="risk", title="Risk"),
    Column(key="at_least", title="From a value of", kind="money"),
    Column(key="every", title="Checked"),
)
