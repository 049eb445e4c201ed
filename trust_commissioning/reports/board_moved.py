"""What changed: the headline figures beside those of the last pack issued, or of the month before.

The base is the last board pack that was issued on the same fund and year; else the figures kept when
the month before was closed; else that month as it stands now. Which one it is, is always said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.money import NIL, Money
from ledger.periods import Period
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.board_answers import Gathered, figures
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.shape import Cell, Column, Part
from trust_commissioning.store import papers
from trust_commissioning.store.kept_figures import kept_figures

PACK = "board-pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What figures are compared with, and what that is called."""

    said: str
    figures: Mapping[str, Money]


def base_of(of: Gathered) -> Base | None:
    """What there is to compare with; None for April where no pack was issued."""
    return _issued(of) or _month_before(of)


def moved_part(of: Gathered, base: Base | None) -> Part:
    """A row for each headline figure that moved."""
    if base is None:
        words = "April has no month before it, and no pack was issued, so nothing is compared."
        return Part(key="moved", title="What changed?", words=(words,))
    rows = tuple(_rows(of, base))
    words = f"Against {base.said}." if rows else f"No headline figure differs from {base.said}."
    return Part(
        key="moved",
        title="What changed?",
        words=(words,),
        columns=_COLUMNS if rows else (),
        rows=rows,
    )


def moved_answer(part: Part, base: Base | None) -> str:
    """The movements a board asks of first, in a sentence."""
    if base is None:
        return part.words[0]
    found = {str(row["key"]): row["movement"] for row in part.rows}
    said = [
        f"{title} {'rose' if amount.pence > 0 else 'fell'} by {abs(amount)}"
        for key, title in _FIRST.items()
        if isinstance(amount := found.get(key, NIL), Money) and amount
    ]
    if not said:
        return f"Neither budget, spend nor forecast differs from {base.said}."
    return f"Against {base.said}: {'; '.join(said)}."


def _issued(of: Gathered) -> Base | None:
    scope = of.scope
    last = papers.last_issued(
        of.session, PACK, fund=scope.fund, year=scope.year, partner=scope.partner, to=scope.to
    )
    if last is None:
        return None
    before = report_of(papers.contents(of.session, last.number))
    on = day_in_full(day_of(from_text(last.issued_at)))
    return Base(
        said=f"the pack {last.number} for {last.period.title}, issued on {on}",
        figures=figures_in(before.rows),
    )


def _month_before(of: Gathered) -> Base | None:
    scope = of.scope
    if scope.to == 1:
        return None
    before = Period(scope.year, scope.to - 1)
    whole = scope.fund is None and scope.partner is None
    kept = kept_figures(of.session, before) if whole else None
    if kept is not None:
        on = day_in_full(day_of(from_text(kept.of.closed_at)))
        return Base(
            said=f"{before.title} as it was closed on {on}",
            figures=figures_in(report_of(kept.contents).rows),
        )
    then = replace(of, scope=replace(scope, to=scope.to - 1))
    return Base(said=f"{before.title} as it stands now", figures=figures_in(figures(then)))


def figures_in(rows: Sequence[Mapping[str, Cell]]) -> dict[str, Money]:
    """The headline figures of a pack by key."""
    return {str(row["key"]): cell for row in rows if isinstance(cell := row["amount"], Money)}


def _rows(of: Gathered, base: Base) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for row in figures(of):
        now, before = row["amount"], base.figures.get(str(row["key"]), NIL)
        if isinstance(now, Money) and now != before:
            rows.append(
                {
                    "key": row["key"],
                    "title": row["title"],
                    "before": before,
                    "movement": now - before,
                    "now": now,
                }
            )
    return rows


_FIRST = {"budget": "the budget", "actual": "spend", "forecast": "the forecast"}
_COLUMNS = (
    Column(key="key", title="Key", kind="code"),
    Column(key="title", title="Figure"),
    Column(key="before", title="Before", kind="money"),
    Column(key="movement", title="Movement", kind="money"),
    Column(key="now", title="Now", kind="money"),
)
