"""The board's questions on the page: each answered in a sentence, then the figures behind it.

What is shown is the board pack's own parts; nothing is worked out here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

import streamlit as st

from dashboards import address, report_view, show
from ledger.money import Money
from trust_commissioning.reports import Column, Report, Scope
from trust_commissioning.reports.shape import Cell, Part

REPORTS = {
    "balance": "trial-balance",
    "gap": "risk-share",
    "moved": "changes-since",
    "contracts": "contract-register",
    "grants": "grant-exposure",
    "outcomes": "outcome-spend",
    "measures": "outcome-targets",
    "partners": "partner-position",
    "funds": "forecast",
}
"""The whole report behind each part, by the part's key."""
_WORDS = {"good": "In order", "bad": "Look at this"}
# What a telephone has room for: the rest is in the report each part leads to.
_LEFT_OUT = {"gap": {"still_due"}, "partners": {"year"}, "funds": {"committed"}, "grants": {"left"}}


def answers(report: Report, scope: Scope) -> None:
    """Every question with its answer; each leads to the whole report, or further down the page."""
    (part,) = (one for one in report.parts if one.key == "answers")
    made = "".join(
        f'<div class="{escape(str(row["state"]))}"><dt>{_question(row, scope)}</dt>'
        f"<dd>{_state(row)}{escape(str(row['answer']))}</dd></div>"
        for row in part.rows
    )
    st.html(f'<dl class="trust-answers">{made}</dl>')


def _question(row: Mapping[str, Cell], scope: Scope) -> str:
    key = str(row["key"])
    to = report_address(REPORTS[key], scope) if key in REPORTS else f"#{key}"
    return show.anchor(str(row["question"]), to)


def _state(row: Mapping[str, Cell]) -> str:
    words = _WORDS.get(str(row["state"]))
    return f'<strong class="tag {escape(str(row["state"]))}">{words}</strong> ' if words else ""


def report_address(name: str, scope: Scope) -> str:
    """The page of a whole report on the same figures."""
    return address.link("reports", {"report": name, **address.of_scope(scope)})


def section(report: Report, key: str, scope: Scope) -> None:
    """One part under its heading, with a link to the whole of it."""
    part = next((one for one in report.parts if one.key == key), None)
    if part is None:
        return
    left_out = _LEFT_OUT.get(key, set())
    columns = [one for one in part.columns if one.key not in left_out]
    named = part.model_copy(update={"rows": tuple(_named(part, row) for row in part.rows)})
    if columns:
        _table(report, named, columns)
    else:
        show.section(part.title, named=key)
        for words in part.words:
            show.note(words)
    if key in REPORTS:
        show.links_line([(f"The whole of it: {_title(key)}", report_address(REPORTS[key], scope))])


def _title(key: str) -> str:
    return REPORTS[key].replace("-", " ")


def _named(part: Part, row: Mapping[str, Cell]) -> dict[str, Cell]:
    """A row whose first cell is not empty, since it heads the row."""
    first = part.columns[0].key if part.columns else ""
    return {**row, first: row.get(first) or "–"}


def _table(report: Report, part: Part, columns: Collection[Column]) -> None:
    show.section(part.title, named=part.key)
    for words in part.words:
        show.note(words)
    wanted = [one for one in part.columns if one in columns and one.kind != "code"]
    to_journals = report_view.links_of(report, part)

    def links(row: Mapping[str, Cell], key: str) -> str:
        where = str(row.get("where", ""))
        if where and key == "what":
            return f"/{where}"
        held = {**row, "fund_code": row.get("fund", "")}
        return to_journals(held, key) if isinstance(row.get(key), Money) else ""

    show.table(
        part.title,
        wanted,
        part.rows,
        totals=part.totals or None,
        links=links,
        good_above_nil=("available",),
        whole=("by", "day"),
    )
