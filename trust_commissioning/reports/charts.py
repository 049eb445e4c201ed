"""The pictures of a paper, drawn as SVG from the rows of the table that stands beneath each.

A picture carries its figures as words too, for whoever hears the paper; nothing is added up here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from ledger.money import NIL, Money
from trust_commissioning.reports.shape import Cell, Part

BUDGET, SPENT, COMMITTED, TICK = "#dbe5f0", "#12436d", "#6bace6", "#a34c00"
_EDGE, _INK, _SOFT = "#5b6673", "#0b0c0c", "#505a5f"
_WIDE, _SIDE = 660, 4
_ROW, _BAR, _THIN = 46, 16, 8


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with what it says in words."""

    svg: str
    alt: str


def chart_of(part: Part) -> Chart | None:
    """The picture of a part; None where it has none."""
    draw = _DRAWN.get(part.key)
    return draw(part) if draw is not None and part.rows else None


def _outcomes(part: Part) -> Chart:
    rows = [(str(row["title"]), row) for row in part.rows]
    most = _most(row[key] for _, row in rows for key in ("budget", "actual"))
    drawn = [_legend((BUDGET, "Budget"), (SPENT, "Spent"), (COMMITTED, "Committed, not yet spent"))]
    for place, (title, row) in enumerate(rows):
        top = 26 + place * _ROW
        drawn += [
            _label(title, f"{row['actual']} of {row['budget']}", top),
            _bar(NIL, row["budget"], most, top + 20, _BAR, BUDGET, edge=True),
            _bar(NIL, row["actual"], most, top + 24, _THIN, SPENT),
            _bar(row["actual"], row["committed"], most, top + 24, _THIN, COMMITTED),
        ]
    said = "; ".join(
        f"{title}: budget {row['budget']}, spent {row['actual']}, committed {row['committed']}"
        for title, row in rows
    )
    return _chart(drawn, 26 + len(rows) * _ROW, f"Bars by outcome. {said}.")


def _funds(part: Part) -> Chart:
    rows = [(str(row["fund_title"]), row) for row in part.rows]
    most = _most(row[key] for _, row in rows for key in ("budget", "high"))
    drawn = [
        _legend(
            (BUDGET, "Budget"),
            (SPENT, "Spent"),
            (COMMITTED, "Lowest to highest"),
            (TICK, "Forecast"),
        )
    ]
    for place, (title, row) in enumerate(rows):
        top = 26 + place * _ROW
        width = _money(row["high"]) - _money(row["low"])
        drawn += [
            _label(title, f"forecast {row['forecast']}, budget {row['budget']}", top),
            _bar(NIL, row["budget"], most, top + 20, _BAR, BUDGET, edge=True),
            _bar(NIL, row["actual"], most, top + 24, _THIN, SPENT),
            _bar(row["low"], width, most, top + 24, _THIN, COMMITTED),
            _tick(row["forecast"], most, top + 18, _BAR + 4),
        ]
    said = "; ".join(
        f"{title}: budget {row['budget']}, spent {row['actual']}, forecast {row['forecast']}, "
        f"between {row['low']} and {row['high']}"
        for title, row in rows
    )
    return _chart(drawn, 26 + len(rows) * _ROW, f"Bars by fund. {said}.")


def _periods(part: Part) -> Chart:
    rows = [(str(row["title"]), row) for row in part.rows]
    most = _most(row[key] for _, row in rows for key in ("budget", "actual_so_far"))
    drawn = [_legend((BUDGET, "Budget"), (SPENT, "Spent so far"))]
    for place, (title, row) in enumerate(rows):
        top = 26 + place * _ROW
        drawn += [
            _label(title, f"{row['actual_so_far']} so far", top),
            _bar(NIL, row["budget"], most, top + 20, _BAR, BUDGET, edge=True),
            _bar(NIL, row["actual_so_far"], most, top + 24, _THIN, SPENT),
        ]
    last, ended = rows[-1]
    said = (
        f"By {last} {ended['actual_so_far']} had been spent against a budget of {ended['budget']}"
    )
    return _chart(drawn, 26 + len(rows) * _ROW, f"Bars by period. {said}.")


_DRAWN: Mapping[str, Callable[[Part], Chart]] = {
    "outcomes": _outcomes,
    "funds": _funds,
    "periods": _periods,
}


def _chart(drawn: Iterable[str], height: int, alt: str) -> Chart:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {height}" '
        f'width="{_WIDE}" height="{height}" font-family="Source Sans 3" font-size="13" '
        f'fill="{_INK}">{"".join(drawn)}</svg>'
    )
    return Chart(svg=svg, alt=alt)


def _legend(*items: tuple[str, str]) -> str:
    drawn, left = [], _SIDE
    for colour, words in items:
        drawn.append(
            f'<rect x="{left}" y="2" width="18" height="11" fill="{colour}" stroke="{_EDGE}" '
            f'stroke-width="0.6"/><text x="{left + 24}" y="12">{escape(words)}</text>'
        )
        left += 44 + 7 * len(words)
    return "".join(drawn)


def _label(title: str, figures: str, top: int) -> str:
    return (
        f'<text x="{_SIDE}" y="{top + 14}" font-weight="600">{escape(title)}</text>'
        f'<text x="{_WIDE - _SIDE}" y="{top + 14}" text-anchor="end" fill="{_SOFT}">'
        f"{escape(figures)}</text>"
    )


def _bar(
    start: Cell, length: Cell, most: int, top: int, high: int, colour: str, *, edge: bool = False
) -> str:
    """A bar from an amount on; nothing for less than nothing."""
    left, wide = _across(_money(start), most), _across(_money(length), most)
    if wide <= 0:
        return ""
    line = f' stroke="{_EDGE}" stroke-width="0.8"' if edge else ""
    return (
        f'<rect x="{_SIDE + left:.1f}" y="{top}" width="{wide:.1f}" height="{high}" '
        f'fill="{colour}"{line}/>'
    )


def _tick(at: Cell, most: int, top: int, high: int) -> str:
    left = _SIDE + _across(_money(at), most)
    return f'<rect x="{left - 1.5:.1f}" y="{top}" width="3" height="{high}" fill="{TICK}"/>'


def _across(amount: Money, most: int) -> float:
    return max(amount.pence, 0) / most * (_WIDE - 2 * _SIDE - 3)


def _money(cell: Cell) -> Money:
    assert isinstance(cell, Money), "a chart is drawn of money"
    return cell


def _most(cells: Iterable[Cell]) -> int:
    return max([_money(cell).pence for cell in cells] + [1])
