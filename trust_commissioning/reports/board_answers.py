"""The board's questions, each answered in a sentence, with the figures they rest on.

Everything is read of one view of the record and of the kept balances; no posting is added up. What
the page shows, what the pack prints and what is kept when a month closes are these same parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.wording import counted
from trust_commissioning.reports.board import Headlines, headlines
from trust_commissioning.reports.board_balance import (
    Looked as Checked,
)
from trust_commissioning.reports.board_balance import balance_answer, balance_part, in_balance
from trust_commissioning.reports.board_decisions import (
    ToDecide,
    decisions_answer,
    decisions_parts,
    to_decide,
)
from trust_commissioning.reports.board_funds import FundFigures, fund_figures, funds_part
from trust_commissioning.reports.board_gap import Carried, carried, gap_answer, gap_part
from trust_commissioning.reports.board_outcomes import courses_answer, measures_part, outcomes_part
from trust_commissioning.reports.board_partners import partners_answer, partners_part
from trust_commissioning.reports.grant_exposure import (
    EXPOSURES,
    Looked,
    exposure_rows,
    looked_ahead,
)
from trust_commissioning.reports.outcome_targets import Followed, followed
from trust_commissioning.reports.shape import Cell, Column, Part, Scope
from trust_commissioning.store.kept_figures import closed_at


@dataclass(frozen=True)
class Gathered:
    """What the answers rest on, each read once of one view."""

    session: Session
    scope: Scope
    at: datetime

    @cached_property
    def headlines(self) -> Headlines:
        return headlines(self.session, self.scope)

    @cached_property
    def balance(self) -> tuple[Checked, ...]:
        return in_balance(self.session, self.scope, self.at)

    @cached_property
    def funds(self) -> tuple[FundFigures, ...]:
        return fund_figures(self.session, self.scope)

    @cached_property
    def gaps(self) -> tuple[Carried, ...]:
        return carried(self.session, self.scope, self.funds)

    @cached_property
    def gap(self) -> Part:
        return gap_part(self.gaps, self.scope)

    @cached_property
    def grants(self) -> list[Looked]:
        return looked_ahead(self.session, self.scope)

    @cached_property
    def measures(self) -> list[Followed]:
        period = self.scope.period
        return followed(self.session, period.ends, closed_at(self.session, period))

    @cached_property
    def outcomes(self) -> Part:
        return outcomes_part(self.session, self.scope, self.measures)

    @cached_property
    def partners(self) -> Part:
        return partners_part(self.session, self.scope)

    @cached_property
    def decisions(self) -> tuple[ToDecide, ...]:
        return to_decide(self.session, self.scope, self.grants, self.gaps)

    @cached_property
    def year(self) -> FundFigures:
        """All the funds together."""
        return FundFigures.of(self.funds, fund="", title="All funds")


def figures(of: Gathered) -> list[dict[str, Cell]]:
    """The headline figures with what each is: what one pack or month is compared with another by."""
    head, year, partners = of.headlines, of.year, of.partners.totals
    shared = [row["share"] for row in of.gap.rows]
    said: tuple[tuple[str, str, Cell, str], ...] = (
        ("budget", "Budget", head.budget, f"What may be spent in {of.scope.year}."),
        ("actual", "Spent", head.actual, "Owed or paid by the end of the period."),
        ("committed", "Committed", head.committed, "Promised and not yet owed."),
        ("available", "Available", head.available, "Budget less committed less spent."),
        ("income", "Income", head.income, "Due in the year by the end of the period."),
        ("forecast", "Forecast outturn", year.forecast, "What the year is expected to come to."),
        ("variance", "Forecast less budget", year.variance, "Above nil is overspent."),
        ("low", "Lowest", year.low, "Every line at its lowest at once."),
        ("high", "Highest", year.high, "Every line at its highest at once."),
        (
            "shared",
            "Carried by partners",
            Money.total(one for one in shared if isinstance(one, Money)),
            "Their shares of the forecast variance, what is given back taken off.",
        ),
        ("due", "Contributions due", partners.get("due", NIL), "In cash, by the period’s end."),
        ("received", "Contributions received", partners.get("received", NIL), "Of those."),
        ("outstanding", "Outstanding", partners.get("outstanding", NIL), "Raised, not received."),
        ("disputed", "Disputed", partners.get("disputed", NIL), "Part of what is outstanding."),
        (
            "at_risk",
            "Grants that could be lost",
            Money.total(one.lost for one in of.grants),
            "Unless something is done.",
        ),
        (
            "not_attributed",
            "Not attributed",
            head.not_attributed,
            "Spent, and not put to an outcome yet.",
        ),
    )
    return [
        {"key": key, "title": title, "amount": cell, "words": w} for key, title, cell, w in said
    ]


FIGURES = (
    Column(key="key", title="Key", kind="code"),
    Column(key="title", title="Figure"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="words", title="What it is"),
)


def answers_part(of: Gathered, moved: str) -> Part:
    """Each question with its answer, in the order in which the board asks."""
    in_order, why = balance_answer(of.balance)
    year = of.year
    said: Mapping[str, tuple[str, str, str]] = {
        "balance": (
            "Are the books in balance?",
            f"{in_order}. {why}",
            "good" if in_order == "Yes" else "bad",
        ),
        "gap": (
            "Who carries any gap?",
            gap_answer(of.gap, of.gaps),
            "bad" if year.variance.pence > 0 else "",
        ),
        "moved": ("What changed?", moved, ""),
        "decisions": (
            "What must we decide?",
            decisions_answer(of.decisions, of.scope.period.ends),
            "",
        ),
        "grants": ("Which grants are at risk?", _grants_answer(of), "bad" if _lost(of) else "good"),
        "outcomes": (
            "What did it go on, and is it working?",
            f"{of.headlines.actual} spent of {of.headlines.budget}. {courses_answer(of.measures)}",
            "bad" if of.headlines.available.pence < 0 else "",
        ),
        "partners": ("Have partners paid?", partners_answer(of.partners), ""),
        "funds": (
            "What will the year come to?",
            (
                f"{year.forecast}, between {year.low} and {year.high}, against a budget of "
                f"{year.budget}: {_against(year.variance)}."
            ),
            "bad" if year.variance.pence > 0 else "good",
        ),
    }
    return Part(
        key="answers",
        title="In short",
        columns=_ANSWERS,
        rows=tuple(
            {"key": key, "question": question, "answer": answer, "state": state}
            for key, (question, answer, state) in said.items()
        ),
    )


def grants_part(of: Gathered) -> Part:
    """What could be lost, the soonest first, with why."""
    rows = tuple(exposure_rows(of.grants))
    return Part(
        key="grants",
        title="Which grants are at risk?",
        words=() if rows else ("No money of a grant is expected to be lost.",),
        columns=EXPOSURES if rows else (),
        rows=rows,
        totals={"amount": _lost(of)} if rows else {},
    )


def parts_of(of: Gathered, moved: Part, moved_words: str) -> tuple[Part, ...]:
    """Every part of the page, in its order; the first is the answers."""
    return (
        answers_part(of, moved_words),
        balance_part(of.balance),
        of.gap,
        moved,
        *decisions_parts(of.decisions),
        grants_part(of),
        of.outcomes,
        measures_part(of.measures),
        of.partners,
        funds_part(of.funds),
    )


def _lost(of: Gathered) -> Money:
    return Money.total(one.lost for one in of.grants)


def _grants_answer(of: Gathered) -> str:
    rows = exposure_rows(of.grants)
    if not rows:
        return "No money of a grant is expected to be lost."
    first = rows[0]
    grants = len({row["grant"] for row in rows})
    return (
        f"{_lost(of)} of {counted(grants, 'grant')} could be lost; the first by {first['day']}: "
        f"{first['grant']}, {str(first['cause']).lower()}."
    )


def _against(variance: Money) -> str:
    if not variance:
        return "on budget"
    return f"{abs(variance)} {'over' if variance.pence > 0 else 'under'} it"


_ANSWERS = (
    Column(key="key", title="Key", kind="code"),
    Column(key="question", title="Question"),
    Column(key="answer", title="Answer"),
    Column(key="state", title="State", kind="code"),
)
