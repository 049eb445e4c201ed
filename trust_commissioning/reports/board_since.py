"""What reads otherwise now, of a closed period, than when it was closed.

Nothing can be posted into a closed period, and facts of a later day are left out of what is asked of
it. What remains is what was entered later and speaks of then: a forecast, a change of what partners
owe, a rule agreed for days gone by. It counts, and each figure that it moved is named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.wording import day_in_full
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.reports.kept import report_of
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope
from trust_commissioning.store.kept_figures import KeptFigures, closing_of, kept_figures
from trust_commissioning.store.sight import sight_of

_COMPARED: Mapping[str, tuple[str, ...]] = {
    "board-pack": ("title",),
    "gap": ("fund_title", "title"),
    "grants": ("grant", "cause"),
    "outcomes": ("title",),
    "measures": ("measure",),
    "partners": ("fund_title", "title"),
    "funds": ("fund_title",),
}
"""The tables that are compared, with the words that name a line of each to a reader."""
_NAMES: Mapping[str, tuple[str, ...]] = {
    "board-pack": ("key",),
    "gap": ("fund", "partner"),
    "grants": ("code", "cause"),
    "outcomes": ("outcome",),
    "measures": ("target",),
    "partners": ("fund", "partner"),
    "funds": ("fund",),
}
"""The codes by which a line is known again, whatever it is called by now."""
_WORDS = ("latest", "progress")
"""The cells of words that are figures all the same."""
_Lines = dict[tuple[str, ...], Mapping[str, Cell]]


def since_closed(session: Session, scope: Scope, now: Report) -> Part | None:
    """The figures of a closed period that differ from those kept as it closed.

    None while it is open, and for the people of one partner: what was kept is of the whole trust. Of
    one fund its own lines are compared.
    """
    if sight_of(session) or closing_of(session, scope.period) is None:
        return None
    kept = kept_figures(session, scope.period)
    if kept is None:
        words = (
            f"{scope.period.title} was closed before figures were kept, so what was known then "
            "cannot be compared."
        )
        return Part(key="since", title=_TITLE, words=(words,))
    rows = tuple(_differences(report_of(kept.contents), now, scope))
    return Part(
        key="since",
        title=_TITLE,
        words=(_said(kept, scope, bool(rows)),),
        columns=_COLUMNS if rows else (),
        rows=rows,
    )


def _said(kept: KeptFigures, scope: Scope, differs: bool) -> str:
    on = day_in_full(day_of(from_text(kept.of.closed_at)))
    if differs:
        return (
            f"{scope.period.title} was closed on {on}. What was entered since and speaks of then "
            "makes these figures read otherwise."
        )
    return f"Every figure reads as it did when {scope.period.title} was closed on {on}."


def _differences(before: Report, now: Report, scope: Scope) -> Iterator[dict[str, Cell]]:
    then = {part.key: part for part in before.tables}
    for part in now.tables:
        whole = scope.fund is None and scope.partner is None
        if part.key not in _COMPARED or not (whole or "fund" in _NAMES[part.key]):
            continue
        was_there = then.get(part.key)
        old, new = _lines(was_there, scope), _lines(part, scope)
        columns = part.columns or (was_there.columns if was_there is not None else ())
        for name in dict.fromkeys((*new, *old)):
            line = new.get(name) or old[name]
            for column in columns:
                was, is_ = _cell(old, name, column), _cell(new, name, column)
                if was != is_:
                    yield {
                        "table": part.title or "In figures",
                        "line": ", ".join(str(line[key]) for key in _COMPARED[part.key]),
                        "figure": column.title,
                        "then": str(was),
                        "now": str(is_),
                    }


def _lines(part: Part | None, scope: Scope) -> _Lines:
    if part is None:
        return {}
    return {
        tuple(str(row[key]) for key in _NAMES[part.key]): row
        for row in part.rows
        if scope.fund in (None, row.get("fund")) and scope.partner in (None, row.get("partner"))
    }


def _cell(lines: _Lines, name: tuple[str, ...], column: Column) -> Cell:
    """A figure, nil or nothing where there is no such line; what is no figure is never compared."""
    row = lines.get(name)
    if column.kind == "money":
        cell = row.get(column.key, NIL) if row is not None else NIL
        return cell if isinstance(cell, Money) else NIL
    if column.key in _WORDS:
        return str(row.get(column.key, "")) if row is not None else ""
    return ""


_TITLE = "Since this period was closed"
_COLUMNS = (
    Column(key="table", title="Where"),
    Column(key="line", title="Line"),
    Column(key="figure", title="Figure"),
    Column(key="then", title="When it was closed"),
    Column(key="now", title="Now"),
)
