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
from html import escape as escaped
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
from trust_commissioning.reports.references import in_words
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.reports.shape import SUBTOTAL, Cell
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

_STYLE = Path(__file__).parent / "assets" / "figures.css"
_SHORT = 13
_MANY = 8
"""Columns from which on a table is set closer."""
_DAY = re.compile(r"[0-9]{1,2} [A-Z][a-z]{2,8} [0-9]{4}( at [0-9]{1,2}:[0-9]{2}[ap]m)?")
_REFERENCE = re.compile(r"\b(?:[A-Z]{1,2}-[0-9]{4}(?:/[0-9]+)?|[0-9]{4}-[0-9]{2}/[0-9]{6})\b")
_JOINT = re.compile(r"(?<=[a-z0-9]:)(?=[A-Z])|(?<=[\w-]{24})(?=[\w-]{4})|(?<=[\w/-]{15}/)(?=\w{3})")
_MARKS = re.compile(r"[\\`*_\[\]<$~]|:(?=\w)")
"""What Streamlit would read as a link, a picture, a formula or a colour in somebody's name."""
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
    st.title(_as_letters(title), anchor=False)
    if lead:
        note(lead, kind="lead")


def style() -> None:
    """What our tables and cards need beyond the theme."""
    st.html(f"<style>{_css()}</style>")


def _css() -> str:
    return _STYLE.read_text(encoding="utf-8")


def section(title: str, *, named: str = "") -> None:
    """A second-level heading; where it is `named`, the page leads to it by ``#name``."""
    st.header(_as_letters(title), anchor=named or False)


def _as_letters(title: str) -> str:
    """A heading may hold a name somebody gave, and Streamlit reads headings as Markdown."""
    return _MARKS.sub(r"\\\g<0>", title)


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


def escape(text: str) -> str:
    """What is said to a person, as HTML that shows it as it is."""
    return escaped(in_words(text))


def note(text: str, *, kind: Literal["note", "lead", "small"] = "note") -> None:
    """A paragraph of plain text: whatever is in it, it is shown as it is."""
    st.html(f'<p class="trust-{kind}">{escape(text)}</p>')


def links_line(links: Iterable[tuple[str, str]]) -> None:
    """Links in a row, each as words with an address."""
    items = "".join(f"<li>{anchor(words, to)}</li>" for words, to in links)
    st.html(f'<ul class="trust-links">{items}</ul>')


def anchor(words: str, to: str) -> str:
    """A link in the same window."""
    return _linked(escape(words), to)


def _linked(html: str, to: str) -> str:
    return f'<a href="{escaped(to)}" target="_self">{html}</a>'


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
    In a narrow window a table of words stands as one block for each row, each cell under its
    column's title; a table of figures stays one, to be read down and scrolled across.
    """
    shown = list(rows)
    if not shown:
        note(nothing)
        return
    kinds = {column.key: _class(column, whole) for column in columns}
    kinds |= {column.key: _NUMBER for column in columns[1:] if _is_of_numerals(column, shown)}
    made = _Table(columns, kinds, links, good_above_nil)
    body = ""
    for title, rows_of in groupby(shown, key=lambda row: _text(row.get(group, ""))):
        body += made.body(title if group else "", rows_of)
    foot = made.foot(totals) if totals is not None else ""
    hidden = "" if see_caption else ' class="trust-hidden"'
    st.html(
        f'<div class="scrolls" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"{made.opened}<caption><span{hidden}>{escape(caption)}</span></caption>"
        f"{made.head}{body}{foot}</table></div>"
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The parts of a table, each with what its columns say of it.

    What is shown as blocks is a table no more to a screen reader, unless each part says so.
    """

    columns: Sequence[Column]
    kinds: Mapping[str, str]
    links: Links | None
    good_above_nil: Collection[str]

    @property
    def stacks(self) -> bool:
        """Too many columns for a telephone, with one of figures to be read down, or few among
        words."""
        figures = len([column for column in self.columns if column.kind in _OF_FIGURES])
        many = len(self.columns)
        return many > 2 and (figures < 2 or 3 * figures < many)

    @property
    def opened(self) -> str:
        stacks = " stacks" if self.stacks else ""
        close = " close" if len(self.columns) >= _MANY else ""
        return f'<table class="trust-table{stacks}{close}"{self._role("table")}>'

    @property
    def head(self) -> str:
        head = "".join(
            f'<th scope="col"{self._role("columnheader")}{self.kinds[column.key]}>'
            f"{escape(column.title)}</th>"
            for column in self.columns
        )
        return f"<thead{self._role('rowgroup')}><tr{self._role('row')}>{head}</tr></thead>"

    def body(self, title: str, rows: Iterable[Mapping[str, Cell]]) -> str:
        """Rows that stand together, under their title where they have one."""
        over = (
            f'<tr{self._role("row")}><th scope="rowgroup"{self._role("rowheader")} class="group" '
            f'colspan="{len(self.columns)}"><span>{escape(title)}</span></th></tr>'
            if title
            else ""
        )
        return f"<tbody{self._role('rowgroup')}>{over}{''.join(map(self._line, rows))}</tbody>"

    def foot(self, totals: Mapping[str, Cell]) -> str:
        cells = "".join(
            f"<td{self._role('cell')}{self._titled(column)}{_class(column)}>"
            f"{escape(_text(totals.get(column.key, '')))}</td>"
            for column in self.columns[1:]
        )
        return (
            f"<tfoot{self._role('rowgroup')}><tr{self._role('row')}>"
            f'<th scope="row"{self._role("rowheader")}>Total</th>{cells}</tr></tfoot>'
        )

    def _line(self, row: Mapping[str, Cell]) -> str:
        first, *rest = self.columns
        cells = "".join(
            f"<td{self._role('cell')}{self._titled(column)}{self._kept(row, column)}>"
            f"{self._cell(row, column)}</td>"
            for column in rest
        )
        kind = ' class="subtotal"' if row.get(SUBTOTAL) else ""
        headed = f"{self._role('rowheader')}{self.kinds[first.key] or _unbroken(row, first)}"
        head = f'<th scope="row"{headed}>{self._cell(row, first)}</th>'
        return f"<tr{self._role('row')}{kind}>{head}{cells}</tr>"

    def _cell(self, row: Mapping[str, Cell], column: Column) -> str:
        value = row.get(column.key, "")
        text = _text(value)
        to = self.links(row, column.key) if self.links and text else ""
        inner = _linked(_breakable(text), to) if to else _breakable(text)
        bad = column.key in self.good_above_nil and is_below(value)
        return f'<span class="below">{inner}</span>' if bad else inner

    def _kept(self, row: Mapping[str, Cell], column: Column) -> str:
        words = self.kinds[column.key] == _NUMBER and " " in _text(row.get(column.key, ""))
        return _WORDS if words else self.kinds[column.key] or _unbroken(row, column)

    def _titled(self, column: Column) -> str:
        ends = "" if column.title.endswith("?") else ":"
        return f' data-title="{escape(column.title)}{ends}"' if self.stacks else ""

    def _role(self, part: str) -> str:
        return f' role="{part}"' if self.stacks else ""


def _unbroken(row: Mapping[str, Cell], column: Column) -> str:
    """A day or a moment, a year, a number, a state of two short words: not broken over lines."""
    text = _text(row.get(column.key, ""))
    short = (len(text) <= _SHORT and (" " in text or "-" in text)) or _DAY.fullmatch(text)
    return ' class="whole"' if short else ""


def _breakable(text: str) -> str:
    """A name as long as an account's or a seal's may go over lines, the former where its parts
    meet. A reference among words is not broken.
    """
    broken = "<wbr>".join(escape(part) for part in _JOINT.split(text))
    return _REFERENCE.sub(r'<span class="whole">\g<0></span>', broken) if " " in text else broken


_OF_FIGURES = ("money", "count")
_NUMBER = ' class="number"'
_WORDS = ' class="number words"'
_NUMERAL = re.compile(r"-?£?[0-9][0-9,]*([.][0-9]+)?( ?%)?")


def _is_of_numerals(column: Column, rows: Iterable[Mapping[str, Cell]]) -> bool:
    """Words that are figures, such as shares, and nothing else: they stand right like figures."""
    said = [text for row in rows if (text := _text(row.get(column.key, "")))]
    return bool(said) and all(_NUMERAL.fullmatch(text) for text in said)


def _class(column: Column, whole: Collection[str] = ()) -> str:
    if column.kind in _OF_FIGURES:
        return _NUMBER
    return ' class="whole"' if column.key in whole else ""


def _text(value: Cell) -> str:
    if isinstance(value, Money):
        return pounds(value)
    return f"{value:,}" if isinstance(value, int) else in_words(value)


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
    nobodys = "" if ways else " Those who keep the books import spending and enter journals."
    nothing_yet(
        "Nothing has been posted yet",
        f"Figures appear here as soon as the first journal is posted.{nobodys}",
        ways,
    )


def nothing_yet(what: str, words: str, ways: Sequence[tuple[str, str]] = ()) -> None:
    """Nothing of a kind was ever recorded: what will be seen here, and who brings it in, or how this
    person can (words and address).
    """
    st.html(
        f'<div class="trust-empty"><h2>{escape(what)}</h2><p>{escape(words)}</p>{_ways(ways)}</div>'
    )


def _ways(ways: Sequence[tuple[str, str]]) -> str:
    items = "".join(f"<li>{anchor(words, to)}</li>" for words, to in ways)
    return f"<p>To begin:</p><ul>{items}</ul>" if items else ""


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
