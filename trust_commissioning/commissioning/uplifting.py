"""Uplifts asked for, checked and applied by a second person, or refused; index figures kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import insert
from sqlmodel import Session

from contracts.contract import Contract
from contracts.kpi import figure
from contracts.lifecycle import ContractEvent
from contracts.uplift import (
    Decision,
    IndexFigure,
    Rate,
    Step,
    Uplift,
    decided,
    problems_in,
    problems_in_decision,
    rates_asked,
    rates_by_percent,
    rise_by_index,
)
from contracts.uplift_cost import Cost
from ledger.money import Money
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.commissioning.asked import IndexFigureAsked, IndexRise, UpliftAsked
from trust_commissioning.commissioning.known import (
    Kept,
    contract_of,
    may_move,
    next_turn,
    note,
)
from trust_commissioning.commissioning.signing import change
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import Line, lock_head
from trust_commissioning.reports.uplifts import cost_on
from trust_commissioning.store import contracts
from trust_commissioning.store.pool.facts import otherwise
from trust_commissioning.store.tables import (
    IndexFigureRow,
    UpliftDecisionRow,
    UpliftRateRow,
    UpliftRow,
    table_of,
)

_UPLIFT, _RATE = table_of(UpliftRow), table_of(UpliftRateRow)
_DECISION, _FIGURE = table_of(UpliftDecisionRow), table_of(IndexFigureRow)


@dataclass(frozen=True, slots=True)
class Asked:
    """An uplift as it stands, with what it would cost as seen on a day."""

    uplift: Uplift
    cost: Cost
    kept: Kept

    def as_json(self) -> dict[str, object]:
        return {
            "uplift": self.uplift.reference,
            "state": self.uplift.state,
            "prices": [
                {"lot": one.lot, "was": one.was.plain, "asked": one.asked.plain}
                for one in self.uplift.rates
            ],
            "this_year": _plain(self.cost.this_year),
            "full_year": _plain(self.cost.full_year),
            "earlier_years": _plain(self.cost.earlier_years),
            "basis": self.cost.basis,
            **self.kept.as_json(),
        }


def _plain(amount: Money | None) -> str | None:
    return None if amount is None else amount.plain


def ask(session: Session, asked: UpliftAsked, *, by: str, at: datetime) -> Asked:
    """Put in what a provider asks for; no rate changes. It may be asked for days gone by.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    contract = contract_of(session, asked.contract)
    said = _said(asked)
    before = _row(session, asked.reference)
    if before is not None:
        if before.asked != said:
            raise Refused([otherwise("uplift", asked.reference)])
        uplift = uplift_of(session, asked.reference)
        return Asked(uplift, cost_on(session, contract, uplift, asked.day), Kept(False))
    uplift = replace(_read(session, contract, asked), by=by)
    problems = [
        *may_move(contract, ContractEvent.UPLIFT),
        *problems_in(contract, uplift),
        *_check_lots(contract, asked),
        *_check_value(asked),
    ]
    if problems:
        raise Refused(problems)
    _keep(session, uplift, said, by=by, at=at)
    note(
        session,
        "uplift_asked",
        contract.number,
        {
            "uplift": uplift.reference,
            "from": uplift.starts,
            "prices": {one.lot: one.asked.plain for one in uplift.rates},
        },
        by=by,
        at=at,
    )
    kept = Kept(True, questions(asked.day, reason=asked.reason))
    return Asked(uplift, cost_on(session, contract, uplift, asked.day), kept)


def decide(
    session: Session,
    reference: str,
    *,
    step: Step,
    day: date,
    reason: str = "",
    override: str = "",
    by: str,
    at: datetime,
) -> Asked:
    """Check an uplift, apply it once it is checked, or refuse it with the reason.

    Who put it in can neither check nor apply it. Only applying changes a rate: the new prices are
    then dated prices of the contract, held to be those that were checked. What they cost is held
    against what is available, as a call-off is.

    Raises:
        Refused: with every problem; nothing was changed. ``more_than_is_available`` unless a person
            with authority applies it with an `override`, the reason why.
    """
    roles.check(session, by, roles.Action.CHECK_UPLIFT)
    lock_head(session)
    uplift = uplift_of(session, reference)
    contract = contract_of(session, uplift.contract)
    if any((one.step, one.day, one.reason) == (step, day, reason) for one in uplift.decisions):
        return Asked(uplift, cost_on(session, contract, uplift, day), Kept(False))
    found = cost_on(session, contract, uplift, day)
    decision = Decision(
        step=step,
        day=day,
        by=by,
        reason=reason,
        this_year=found.this_year,
        full_year=found.full_year,
    )
    own = uplift.by in roles.names_of(session, by)
    told = replace(decision, by=uplift.by) if own else decision
    if problems := [*problems_in_decision(contract, uplift, told), *_check_day(uplift, day)]:
        raise Refused(problems)
    if step is Step.APPLIED:
        change(
            session,
            contract.number,
            replace(uplift.variation, override=override),
            ContractEvent.UPLIFT,
            costs=_beside_call_offs(contract, found, day),
            by=by,
            at=at,
        )
    _keep_decision(session, uplift, decision, at)
    note(
        session,
        f"uplift_{step.value}",
        contract.number,
        {
            "uplift": reference,
            "this_year": _plain(found.this_year),
            "full_year": _plain(found.full_year),
            "reason": reason,
        },
        by=by,
        at=at,
    )
    return Asked(decided(uplift, decision), found, Kept(True, questions(day, reason=reason)))


def _beside_call_offs(contract: Contract, found: Cost, day: date) -> dict[Line, Money]:
    """What it costs this year where nothing is called off: of the contract's own service."""
    if not found.by_value or found.this_year is None:
        return {}
    return {(contract.fund, FinancialYear.containing(day), contract.service): found.this_year}


def uplift_of(session: Session, reference: str) -> Uplift:
    """An uplift by its reference.

    Raises:
        Refused: ``uplift_unknown``.
    """
    found = contracts.uplifts(session, reference=reference)
    if not found:
        raise Refused.because("uplift_unknown", f"There is no uplift “{reference}”.", "uplift")
    return found[0]


def _row(session: Session, reference: str) -> UpliftRow | None:
    return session.get(UpliftRow, reference)


def _said(asked: UpliftAsked) -> str:
    """What was asked as text, by which the same request is known again."""
    return json.dumps(asked.model_dump(mode="json"), default=str, sort_keys=True)


def _read(session: Session, contract: Contract, asked: UpliftAsked) -> Uplift:
    """The prices asked for, by whichever of the three ways they were asked."""
    ways = (bool(asked.prices), asked.percent is not None, asked.index is not None)
    if sum(ways) != 1:
        raise Refused.because(
            "uplift_asks_one_way",
            "An uplift is asked as prices, by a percentage, or by the contract's index: say one of "
            "them.",
            "prices",
        )
    if asked.prices and asked.lots:
        raise Refused.because(
            "uplift_asks_one_way",
            "Each price says its lot; lots are named with a percentage or the index only.",
            "lots",
        )
    if asked.prices:
        prices = [(one.lot, one.price) for one in asked.prices]
        return _made(asked, rates=rates_asked(contract, asked.starts, prices))
    words, percent = "", asked.percent
    if asked.index is not None:
        percent, words = _by_index(session, contract, asked.starts, asked.index)
    assert percent is not None
    rates = rates_by_percent(contract, asked.starts, percent, asked.lots)
    return replace(_made(asked, rates=rates), percent=percent, index=words)


def _made(asked: UpliftAsked, *, rates: tuple[Rate, ...]) -> Uplift:
    return Uplift(
        reference=asked.reference,
        contract=asked.contract,
        day=asked.day,
        starts=asked.starts,
        reason=asked.reason,
        rates=rates,
        value=asked.value,
    )


def _by_index(
    session: Session, contract: Contract, starts: date, rise: IndexRise
) -> tuple[Fraction, str]:
    clause = contract.as_at(starts).indexation
    if clause is None:
        raise Refused.because(
            "contract_not_indexed",
            f"Contract {contract.number} follows no index, so a rise is asked as prices or by a "
            "percentage.",
            "index",
        )
    figures = {one.month: one for one in contracts.index_figures(session, clause.index)}
    months = {
        "index.base": (rise.base or clause.base).replace(day=1),
        "index.month": rise.month.replace(day=1),
    }
    problems = [
        Problem(
            "index_figure_missing",
            f"No figure of {clause.index} for {month:%B %Y} is recorded.",
            where,
        )
        for where, month in months.items()
        if month not in figures
    ]
    if problems:
        raise Refused(problems)
    base, now = (figures[month] for month in months.values())
    found = rise_by_index(contract, starts, base, now)
    return found.allowed, found.words


def _check_lots(contract: Contract, asked: UpliftAsked) -> Iterator[Problem]:
    there = contract.as_at(asked.starts)
    for place, code in enumerate(asked.lots):
        if there.lot(code) is None:
            yield Problem(
                "lot_unknown",
                f"There is no lot “{code}” in contract {contract.number} then.",
                f"lots[{place}]",
            )


def _check_value(asked: UpliftAsked) -> Iterator[Problem]:
    if asked.value is not None and asked.value.pence < 0:
        yield Problem(
            "contract_value_below_nil",
            f"Contract {asked.contract} is worth {asked.value}.",
            "value",
        )


def _check_day(uplift: Uplift, day: date) -> Iterator[Problem]:
    last = uplift.decisions[-1].day if uplift.decisions else uplift.day
    if day < last:
        yield Problem(
            "uplift_decided_before_asked",
            f"Uplift {uplift.reference} was last looked at on {day_in_full(last)}, after "
            f"{day_in_full(day)}.",
            "day",
        )


def _keep(session: Session, uplift: Uplift, said: str, *, by: str, at: datetime) -> None:
    session.execute(
        insert(_UPLIFT).values(
            reference=uplift.reference,
            contract=uplift.contract,
            day=uplift.day,
            starts=uplift.starts,
            reason=uplift.reason,
            percent=None if uplift.percent is None else str(uplift.percent),
            index_words=uplift.index,
            value_pence=None if uplift.value is None else uplift.value.pence,
            asked=said,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    session.execute(
        insert(_RATE),
        [
            {
                "uplift": uplift.reference,
                "lot": one.lot,
                "was_pence": one.was.pence,
                "asked_pence": one.asked.pence,
            }
            for one in uplift.rates
        ],
    )


def _keep_decision(session: Session, uplift: Uplift, decision: Decision, at: datetime) -> None:
    this, full = decision.this_year, decision.full_year
    session.execute(
        insert(_DECISION).values(
            uplift=uplift.reference,
            turn=next_turn(session, _DECISION, uplift=uplift.reference),
            step=decision.step.value,
            day=decision.day,
            reason=decision.reason,
            this_year_pence=None if this is None else this.pence,
            full_year_pence=None if full is None else full.pence,
            recorded_by=decision.by,
            recorded_at=as_text(at),
        )
    )


def record_figure(session: Session, asked: IndexFigureAsked, *, by: str, at: datetime) -> Kept:
    """Keep a published index figure with its source; another figure of the month revises it.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    month = asked.month.replace(day=1)
    if asked.figure <= 0:
        raise Refused.because(
            "index_figure_not_above_nil",
            f"{asked.index} stands at {figure(asked.figure)}; an index is above nil.",
            "figure",
        )
    wanted = IndexFigure(asked.index, month, asked.figure, asked.source)
    if wanted in contracts.index_figures(session, asked.index):
        return Kept(False)
    key = {"name": asked.index, "month": month}
    session.execute(
        insert(_FIGURE).values(
            **key,
            turn=next_turn(session, _FIGURE, **key),
            figure=str(asked.figure),
            source=asked.source,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    note(
        session,
        "index_figure_recorded",
        f"{asked.index} {month:%Y-%m}",
        {"figure": figure(asked.figure), "source": asked.source},
        by=by,
        at=at,
    )
    return Kept(True)
