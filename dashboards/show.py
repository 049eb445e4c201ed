"""How the pages show things: money, days, tables, cards, problems.

Tables are HTML of our own making, escaped here and cleaned again by Streamlit: `st.table` reads
cells as Markdown, cannot set figures right, and gives a row no heading.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlencode

import streamlit as st

from dashboards.address import link
from ledger.journal import PostedJournal
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.problems import Problem
from trust_commissioning.clock import from_text, in_full
from trust_commissioning.reports import Column, Report, papers
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import SUBTOTAL, Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

_STYLE = Path(__file__).parent / "assets" / "figures.css"
_SHORT = 11
_DAY = re.compile(r"[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}( at [0-9]{1,2}:[0-9]{2}[ap]m)?")
_JOINT = re.compile(r"(?<=[a-z0-9]):(?=[A-Z])")
Links = Callable[[Mapping[str, Cell], str], str]
"""From a row and a column's key to where that cell leads; empty for nowhere."""


@dataclass(frozen=True, slots=True)
class Card:
    """One headline figure with the reason beneath; `state` is said in words."""

    title: str
    figure: str
    reason: str
    state: Literal["", "good", "bad"] = ""
    state_words: str = ""


def heading(title: str, lead: str = "") -> None:
    """The page's title, with one line on what it answers."""
    style()
    st.title(title, anchor=False)
    if lead:
        note(lead, kind="lead")


def style() -> None:
    """What our tables and cards need beyond the theme."""
    st.html(f"<style>{_css()}</style>")


def _css() -> str:
    return _STYLE.read_text(encoding="utf-8")


def section(title: str) -> None:
    """A second-level heading."""
    st.header(title, anchor=False)


def subsection(title: str) -> None:
    """A third-level heading of any text."""
    st.html(f'<h3 class="trust-h3">{escape(title)}</h3>')


def pounds(amount: Money) -> str:
    """``£1,250.00``."""
    return str(amount)


def is_below(cell: Cell) -> bool:
    """Whether a figure is below nil: over budget, where it is what is available."""
    return isinstance(cell, Money) and cell.pence < 0


def share(part: Money, whole: Money) -> str:
    """``62%``, to the nearest whole; empty where the whole is nil."""
    if not whole:
        return ""
    return f"{round(Fraction(part.pence * 100, whole.pence))}%"


def short_day(when: date) -> str:
    """``3 Apr 2003``, where there is little room."""
    return f"{when.day} {when:%b %Y}"


def moment(at: datetime | str) -> str:
    """``3 April 2003 at 2:05pm``, in London."""
    return in_full(from_text(at) if isinstance(at, str) else at)


def outcome(account: str, key: str) -> str:
    """An outcome's title; what a posting to an expense account says that has none."""
    if key:
        return Outcome(key).title
    return "Not attributed" if account.startswith("Expenses:") else ""


def sides(amount: Money) -> dict[str, Cell]:
    """An amount as a debit or a credit, the other left empty."""
    return {
        "debit": amount if amount.pence > 0 else "",
        "credit": -amount if amount.pence < 0 else "",
    }


def in_the_books(posted: PostedJournal, trust: str) -> str:
    """Where Fava shows a journal: its book filtered by the journal's number."""
    title = f"{posted.journal.period.year} {posted.journal.book.value} – {trust}"
    wanted = f'number:"^{posted.number}$"'
    return f"/books/{quote(_slug(title))}/journal/?{urlencode({'filter': wanted})}"


def beside_the_record(posted: PostedJournal, trust: str) -> str:
    """Where Fava shows Beancount's figures of a journal's book beside ours."""
    title = f"{posted.journal.period.year} {posted.journal.book.value} – {trust}"
    return f"/books/{quote(_slug(title))}/extension/BooksBesideRecord/"


def _slug(title: str) -> str:
    """A book's title as Fava writes it in addresses."""
    words = re.sub(r"[^\s\w-]", "", unicodedata.normalize("NFKC", title)).strip().lower()
    return re.sub(r"[-\s]+", "-", words)


def note(text: str, *, kind: Literal["note", "lead", "small"] = "note") -> None:
    """A paragraph of plain text: whatever is in it, it is shown as it is."""
    st.html(f'<p class="trust-{kind}">{escape(text)}</p>')


def links_line(links: Iterable[tuple[str, str]]) -> None:
    """Links in a row, each as words with an address."""
    items = "".join(f"<li>{anchor(words, to)}</li>" for words, to in links)
    st.html(f'<ul class="trust-links">{items}</ul>')


def anchor(words: str, to: str) -> str:
    """A link in the same window."""
    return f'<a href="{escape(to)}" target="_self">{escape(words)}</a>'


def cards(figures: Sequence[Card]) -> None:
    """Headline figures side by side."""
    made = "".join(
        f'<div class="trust-card {card.state}"><dt>{escape(card.title)}</dt>'
        f'<dd><span class="figure">{escape(card.figure)}</span>'
        f"{_tag(card)}<span class='reason'>{escape(card.reason)}</span></dd></div>"
        for card in figures
    )
    st.html(f'<dl class="trust-cards">{made}</dl>')


def _tag(card: Card) -> str:
    return (
        f'<strong class="tag {card.state}">{escape(card.state_words)}</strong>'
        if card.state
        else ""
    )


def facts(pairs: Iterable[tuple[str, str]], *, links: Mapping[str, str] | None = None) -> None:
    """What there is to know of one thing, as a list of names with values; empty ones are left
    out."""
    to = links or {}
    rows = "".join(
        f"<div><dt>{escape(name)}</dt>"
        f"<dd>{anchor(value, to[name]) if name in to else escape(value)}</dd></div>"
        for name, value in pairs
        if value
    )
    st.html(f'<dl class="trust-facts">{rows}</dl>')


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Cell]],
    *,
    totals: Mapping[str, Cell] | None = None,
    links: Links | None = None,
    nothing: str = "There is nothing to show.",
    see_caption: bool = False,
    whole: Collection[str] = (),
    good_above_nil: Collection[str] = (),
    group: str = "",
) -> None:
    """A table whose first column heads its rows; figures stand to the right.

    The columns named in `whole` are not broken over lines. Of those in `good_above_nil` a figure
    below nil is bad news, and looks it. Rows with the same `group` stand together under it.
    """
    shown = list(rows)
    if not shown:
        note(nothing)
        return
    kinds = {column.key: _class(column, whole) for column in columns}
    head = "".join(
        f'<th scope="col"{kinds[column.key]}>{escape(column.title)}</th>' for column in columns
    )

    def cell(row: Mapping[str, Cell], column: Column) -> str:
        value = row.get(column.key, "")
        text = _text(value)
        to = links(row, column.key) if links and text else ""
        inner = _may_break(anchor(text, to) if to else escape(text))
        bad = column.key in good_above_nil and is_below(value)
        return f'<span class="below">{inner}</span>' if bad else inner

    def line(row: Mapping[str, Cell]) -> str:
        first, *rest = columns
        cells = "".join(
            f"<td{kinds[column.key] or _kept(row, column)}>{cell(row, column)}</td>"
            for column in rest
        )
        kind = ' class="subtotal"' if row.get(SUBTOTAL) else ""
        headed = kinds[first.key] or _kept(row, first)
        return f'<tr{kind}><th scope="row"{headed}>{cell(row, first)}</th>{cells}</tr>'

    body = ""
    for title, rows_of in groupby(shown, key=lambda row: _text(row.get(group, ""))):
        over = (
            f'<tr><th scope="rowgroup" class="group" colspan="{len(columns)}">'
            f"<span>{escape(title)}</span></th></tr>"
            if group
            else ""
        )
        body += f"<tbody>{over}{''.join(map(line, rows_of))}</tbody>"
    foot = f"<tfoot><tr>{_total(columns, totals)}</tr></tfoot>" if totals is not None else ""
    hidden = "" if see_caption else ' class="trust-hidden"'
    st.html(
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="trust-table"><caption><span{hidden}>{escape(caption)}</span></caption>'
        f"<thead><tr>{head}</tr></thead>{body}{foot}</table></div>"
    )


def _kept(row: Mapping[str, Cell], column: Column) -> str:
    """A day or a moment, and a state of two short words, are not broken over lines."""
    text = _text(row.get(column.key, ""))
    short = " " in text and (len(text) <= _SHORT or _DAY.fullmatch(text))
    return ' class="whole"' if short else ""


def _may_break(html: str) -> str:
    """An account's name may go over lines where its parts meet; no other text has such a colon."""
    return _JOINT.sub(":<wbr>", html)


def _total(columns: Sequence[Column], totals: Mapping[str, Cell]) -> str:
    cells = ['<th scope="row">Total</th>']
    cells += [
        f"<td{_class(column)}>{escape(_text(totals.get(column.key, '')))}</td>"
        for column in columns[1:]
    ]
    return "".join(cells)


def _class(column: Column, whole: Collection[str] = ()) -> str:
    if column.kind in ("money", "count"):
        return ' class="number"'
    return ' class="whole"' if column.key in whole else ""


def _text(value: Cell) -> str:
    if isinstance(value, Money):
        return pounds(value)
    return f"{value:,}" if isinstance(value, int) else value


def problems(found: Sequence[Problem], *, title: str = "There is a problem") -> None:
    """Everything that stops what was asked, all at once."""
    items = "".join(f"<li>{escape(str(problem))}</li>" for problem in found)
    st.html(
        f'<div class="trust-problems" role="alert"><h2>{escape(title)}</h2><ul>{items}</ul></div>'
    )


def done(words: str, links: Iterable[tuple[str, str]] = ()) -> None:
    """What was done, with where to go from there."""
    to = " ".join(anchor(said, where) for said, where in links)
    st.html(f'<div class="trust-done" role="status"><p>{escape(words)} {to}</p></div>')


def warnings(words: Sequence[str]) -> None:
    """What a reader must not miss."""
    if words:
        said = "".join(f"<li>{escape(one)}</li>" for one in words)
        st.html(
            f'<div class="trust-warning" role="note"><strong>Warning</strong><ul>{said}</ul></div>'
        )


def nothing_posted(viewer: SignedIn) -> None:
    """The first day: no figures yet, with what this person can do about it."""
    ways = []
    if may(viewer, Action.IMPORT_FILE):
        ways.append(("Import a spending extract", link("import-spend", {})))
    if may(viewer, Action.ENTER_JOURNAL):
        ways.append(("Enter a journal", link("journal-entry", {})))
    items = "".join(f"<li>{anchor(words, to)}</li>" for words, to in ways)
    then = (
        f"<p>To begin:</p><ul>{items}</ul>"
        if items
        else "<p>The host's finance officers import spending and enter journals.</p>"
    )
    st.html(
        '<div class="trust-empty"><h2>Nothing has been posted yet</h2><p>Figures appear here as '
        f"soon as the first journal is posted.</p>{then}</div>"
    )


def basis(report: Report, viewer: SignedIn) -> None:
    """How figures are to be read, when they were made, what ties them to the books."""
    to_books = (
        f"<p>{anchor('See it in the books', '/books/')}</p>"
        if may(viewer, Action.READ_BOOKS)
        else ""
    )
    st.html(
        '<div class="trust-basis"><h2>How to read these figures</h2>'
        f"<p>{escape(report.basis)}</p><p>{escape(report.sign)}{_in_pounds(report)}</p>"
        f"<p>Made on {escape(moment(report.generated_at))}. Head of the books: "
        f'<code title="{escape(report.books_head)}">{escape(report.books_head[:16])}</code></p>'
        f"{to_books}</div>"
    )


def _in_pounds(report: Report) -> str:
    """Said of a report with amounts in it; one of counts alone has none."""
    money = any(column.kind == "money" for table in report.tables for column in table.columns)
    return " All figures are in pounds." if money else ""


def downloads(report: Report, *, json_too: bool = False, unit: Unit = Unit.PENCE) -> None:
    """A report as files that carry its basis and its tie to the books."""
    fund = f"-{report.fund}" if report.fund else ""
    name = f"{report.report}-{report.year}-{report.to[-3:]}{fund}"
    with st.container(horizontal=True):
        for ending in ("pdf", "csv", "xlsx", *(("json",) if json_too else ())):
            kind = papers.KINDS[ending]
            _file(
                kind.title,
                lambda make=kind.make: make(report, unit),  # type: ignore[misc]
                f"{name}.{ending}",
                kind.media_type,
            )


def downloads_of(name: str, make: Callable[[], Report]) -> None:
    """A report as files, made only when one is asked for."""
    with st.container(horizontal=True):
        for ending in ("pdf", "csv", "xlsx"):
            kind = papers.KINDS[ending]
            _file(
                kind.title,
                lambda write=kind.make: write(make(), Unit.PENCE),  # type: ignore[misc]
                f"{name}.{ending}",
                kind.media_type,
            )


def download_list(
    name: str, columns: Sequence[Column], make: Callable[[], Iterable[Mapping[str, Cell]]]
) -> None:
    """A list as a file, made only when it is asked for."""
    _csv(name, lambda: papers.list_as_csv(columns, make()))


def _csv(name: str, make: Callable[[], str]) -> None:
    # Without a byte order mark Excel reads pound signs wrongly.
    _file("CSV", lambda: make().encode("utf-8-sig"), f"{name}.csv", "text/csv")


def _file(kind: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(
        f"Download {kind}", make, file_name=name, mime=mime, on_click="ignore", key=f"file-{name}"
    )
