"""A report on a screen: its tables, words and notes, each figure a link to its journals."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboards import address, ask, show
from trust_commissioning.reports import Column, Report
from trust_commissioning.reports.shape import Cell, Part
from trust_commissioning.store.journals import Search

# Under these a figure below nil is bad news.
_GOOD_ABOVE_NIL = ("available", "surplus", "closing")
_CODES = ("outcome", "service", "partner", "contract", "call_off")


def whole(report: Report, known: ask.Known) -> None:
    """Every table under its heading, then the notes."""
    for part in report.tables:
        table(report, part, known)
    if report.notes:
        show.section("Notes")
        for note in report.notes:
            show.note(note)


def table(
    report: Report,
    part: Part,
    known: ask.Known,
    *,
    columns: Collection[Column] | None = None,
    group: str = "",
    caption: str = "",
    nothing: str = "",
) -> None:
    """One table. A screen shows titles, never codes, and leaves out what is for signing."""
    if part.title:
        show.section(part.title)
    for words in part.words:
        show.note(words)
    wanted = [
        column
        for column in (part.columns if columns is None else columns)
        if column.kind not in ("code", "blank") and not (group and column.key == group)
    ]
    if wanted:
        show.table(
            caption or part.title or report.title,
            wanted,
            [_named(row, known) for row in part.rows],
            totals=part.totals or None,
            links=links_of(report, part),
            good_above_nil=_GOOD_ABOVE_NIL,
            nothing=nothing or _none_of(caption),
            see_caption=bool(caption),
            group=group,
        )


def _none_of(caption: str) -> str:
    """An empty table has no caption of its own that would say what there is none of."""
    return f"{caption}: none in these periods." if caption else "There is none in these periods."


def _named(row: Mapping[str, Cell], known: ask.Known) -> dict[str, Cell]:
    """A row with its fund by title; the code stays for its links."""
    code = str(row.get("fund", ""))
    return {**row, "fund_code": code, "fund": known.funds.get(code, code)}


def links_of(report: Report, part: Part) -> show.Links:
    """Where the figures of a table lead, by the columns' own word."""

    def link(row: Mapping[str, Cell], key: str) -> str:
        if not row.get(key):
            return ""
        found = report.leads_to(part.columns, {**row, "fund": row.get("fund_code", "")}, key)
        # The page of journals shows one year or all that there is, and so no balance of a moment.
        return to_journals(found) if found and found.through is None else ""

    return link


def to_journals(wanted: Search) -> str:
    """The address of the page of journals that shows a search."""
    asked: dict[str, object] = {
        "fund": wanted.fund,
        "year": str(wanted.year) if wanted.year else "",
        "from": wanted.from_period if wanted.from_period > 1 else "",
        "to": wanted.to_period,
        "book": wanted.book.value if wanted.book else "",
        "account": wanted.account,
        "words": wanted.words,
    }
    return address.link("journals", asked | {name: getattr(wanted, name) for name in _CODES})
