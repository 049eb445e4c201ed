"""A report as a PDF: A4, tagged (PDF/UA-1), made to be kept (PDF/A-2a), the same bytes each time.

Typst sets the page by `data/report.typ`. A report goes into it as data, so that nothing a person once
wrote in a narration can be read as an instruction. What a reader must know to use a figure stands at
the foot of every page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from ledger.money import Money
from ledger.periods import Period
from ledger.wording import counted
from trust_commissioning.clock import from_text, in_full
from trust_commissioning.progress import now
from trust_commissioning.reports.charts import chart_of
from trust_commissioning.reports.glyphs import MISSING, drawable
from trust_commissioning.reports.references import in_words
from trust_commissioning.reports.rounding import Unit, differences
from trust_commissioning.reports.shape import SUBTOTAL, Cell, Column, Part, Report

_DATA = Path(str(files("trust_commissioning").joinpath("data")))
_FONT = _DATA / "fonts" / "SourceSans3-Regular.ttf"
_STANDARDS = ["a-2a", "ua-1"]
_PORTRAIT, _LANDSCAPE = 174, 261
"""Millimetres of paper between the margins of an A4 page."""
_PER_LETTER, _BETWEEN = 1.82, 3.4
_LARGEST, _READABLE, _SMALLEST = 9.5, 8.0, 7.0
"""Sizes of letters in points: a table as it should be, upright if it can, and no smaller than."""
_LONG, _LONGEST = 26, 60
"""From how many letters on a column of words shares what is left of the page's width."""
_FIGURES = ("money", "count")
PACK = "board-pack"
"""The report that has a cover, a page in short and pictures."""
_SHORT = (PACK, "answers")
_IN_ORDER = (
    "outcomes",
    "measures",
    "funds",
    "gap",
    "partners",
    "grants",
    "decisions",
    "contracts",
    "risks",
    "moved",
    "changes",
    "since",
    "balance",
    "periods",
)
"""The sections of the pack, as they follow its page in short."""
_STATES = {
    "": ("", "#5b6673"),
    "good": ("In order", "#00703c"),
    "bad": ("Look at this", "#b3261e"),
}
"""What an answer's state is called, with the colour that goes with the words."""


def as_pdf(report: Report, unit: Unit = Unit.PENCE) -> bytes:
    """The report as a paper to sign, file and keep."""
    made: bytes = _set(report, unit, format="pdf", pdf_standards=_STANDARDS)
    return made


def as_pictures(report: Report, unit: Unit = Unit.PENCE) -> list[bytes]:
    """Its pages as PNG pictures, to look at without a reader of PDFs."""
    made = _set(report, unit, format="png", ppi=100.0)
    return made if isinstance(made, list) else [made]


def _set(report: Report, unit: Unit, **how: Any) -> Any:
    is_pack = report.report == PACK
    now("Setting the PDF")
    import typst

    return typst.compile(
        str(_DATA / ("board_pack.typ" if is_pack else "report.typ")),
        root=str(_DATA),
        font_paths=[str(_FONT.parent)],
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps((_pack if is_pack else _paper)(report, unit))},
        timestamp=from_text(report.generated_at),
        **how,
    )


def _paper(report: Report, unit: Unit) -> dict[str, Any]:
    period = Period.parse(report.to)
    fund = report.fund_title or report.fund or "All funds"
    parts = [_part(part, unit, report.fund) for part in report.tables]
    wide = any(_size(part["width"], _PORTRAIT) < _READABLE for part in parts)
    for part in parts:
        _sized(part, _LANDSCAPE if wide else _PORTRAIT)
    paper = {
        "title": report.title,
        "trust": report.trust,
        "subtitle": f"{fund}, {report.year}, up to and with {_said(period)}",
        "running": f"{report.trust} · {report.title} · {fund} · {report.year} P{period.number:02d}",
        "lead": [report.basis, f"{report.sign} {unit.sentence}"],
        "foot": _foot(report, unit, 215 if wide else 145),
        "landscape": wide,
        "parts": [part for part in parts if not part["signed"]],
        "signed": [part for part in parts if part["signed"]],
        "notes": [*report.notes, *differences(report, unit)],
    }
    drawn: dict[str, Any] = _drawable(paper)
    if MISSING in json.dumps(drawn, ensure_ascii=False):
        drawn["notes"].append(f"A character that cannot be printed here is shown as {MISSING}.")
    return drawn


def _pack(report: Report, unit: Unit) -> dict[str, Any]:
    """The board pack as its own page wants it: what is in short, then runs of pages either way up."""
    period = Period.parse(report.to)
    fund = report.fund_title or report.fund or "All funds"
    made = in_full(from_text(report.generated_at))
    held = {part.key: part for part in report.tables}
    answers = held["answers"]
    own = _sized(_part(held[PACK], unit, report.fund), _PORTRAIT)
    ordered = [*(key for key in _IN_ORDER if key in held), *(held.keys() - {*_IN_ORDER, *_SHORT})]
    pack = {
        "document": f"{report.title}, {fund}, {report.to}",
        "title": report.title,
        "trust": report.trust,
        "subtitle": f"{fund}, {report.year}, up to and with {_said(period)}",
        "running": f"{report.trust} · {report.title} · {fund} · {report.year} P{period.number:02d}",
        "made": f"Made on {made} from books with head {report.books_head}.",
        "cover": [
            f"Made on {made} for the board. {unit.sentence}",
            f"Head of the books: {report.books_head}",
        ],
        "short": {"title": answers.title},
        "answers": [
            {
                "question": row["question"],
                "answer": row["answer"],
                "words": _STATES[str(row["state"])][0],
                "colour": _STATES[str(row["state"])][1],
            }
            for row in answers.rows
        ],
        "figures": {**own, "title": ""},
        "runs": _runs([held[key] for key in ordered], unit, report.fund),
        "reading": [
            report.basis,
            report.sign,
            unit.sentence,
            (
                f"The figures are those of the books with the head {report.books_head}: the hash of the "
                "last journal posted, which changes if any journal before it does."
            ),
        ],
        "notes": [*report.notes, *differences(report, unit)],
    }
    drawn: dict[str, Any] = _drawable(pack)
    return drawn


def _runs(parts: Iterable[Part], unit: Unit, fund: str | None) -> list[dict[str, Any]]:
    """The sections in turn, those that need a turned page together."""
    runs: list[dict[str, Any]] = []
    for part in parts:
        made = _part(part, unit, fund)
        wide = _size(made["width"], _PORTRAIT) < _READABLE
        chart = chart_of(part)
        made["chart"] = {"svg": chart.svg, "alt": chart.alt} if chart else {"svg": "", "alt": ""}
        if not runs or runs[-1]["wide"] != wide:
            runs.append({"wide": wide, "parts": []})
        runs[-1]["parts"].append(_sized(made, _LANDSCAPE if wide else _PORTRAIT))
    return runs


def _sized(part: dict[str, Any], room: int) -> dict[str, Any]:
    """A part with the size of its letters, and its columns as wide as those letters need."""
    part["size"] = size = _size(part["width"], room)
    for column in part["columns"]:
        column["width"] = round(column["width"] * size / _LARGEST, 2)
    return part


def _said(period: Period) -> str:
    number = f"period\u00a0{period.number}"
    return number if period.number == 13 else f"{period.title} ({number})"


def _foot(report: Report, unit: Unit, width: int) -> list[str]:
    said = differences(report, unit)
    rounded = (
        f"{counted(len(said), 'total differs', 'totals differ')} from the sum of rounded rows: see "
        "the notes."
        if said
        else ""
    )
    lines = _wrapped(f"{report.basis} {report.sign} {unit.sentence} {rounded}".strip(), width)
    made = in_full(from_text(report.generated_at))
    return [*lines, f"Made on {made} from books with head {report.books_head}."]


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _printed(part: Part, fund: str | None) -> list[Column]:
    """The columns that stand on paper: no codes, and no fund where the whole paper is of one."""
    return [
        column
        for column in part.columns
        if column.kind != "code"
        and not (column.key == "fund" and fund and {row.get("fund") for row in part.rows} <= {fund})
    ]


def _part(part: Part, unit: Unit, fund: str | None) -> dict[str, Any]:
    columns = _printed(part, fund)
    rows = [_row(columns, row, unit, bool(row.get(SUBTOTAL))) for row in part.rows]
    if part.totals and columns:
        rows.append(_row(columns, {columns[0].key: "Total", **part.totals}, unit, strong=True))
    lengths = [
        max([len(row["cells"][at]) for row in rows], default=0) for at in range(len(columns))
    ]
    # What is signed is laid out to the width there is.
    signed = any(column.kind == "blank" for column in columns)
    nothing = () if rows or not columns else ("There is nothing to show here.",)
    return {
        "title": part.title,
        "words": [*part.words, *nothing],
        "columns": [
            {
                "title": column.title,
                "kind": column.kind,
                "unit": unit.symbol if column.kind == "money" else "",
                "share": share,
                "width": _width(column, length) if column.kind in _FIGURES else 0,
            }
            for column, length, share in zip(
                columns, lengths, _shares(columns, lengths), strict=True
            )
        ],
        "signed": signed,
        "rows": rows,
        "width": 0 if signed else sum(map(_width, columns, lengths)),
    }


def _row(
    columns: Sequence[Column], row: Mapping[str, Cell], unit: Unit, strong: bool
) -> dict[str, Any]:
    return {"cells": [_text(row.get(column.key, ""), unit) for column in columns], "strong": strong}


def _text(cell: Cell, unit: Unit) -> str:
    if isinstance(cell, Money):
        return unit.figure(cell)
    # A line may break within an account's name.
    return f"{cell:,}" if isinstance(cell, int) else in_words(cell).replace(":", ":\u200b")


def _width(column: Column, length: int) -> float:
    """How many millimetres a column takes at the largest size of letters."""
    return _BETWEEN + _PER_LETTER * min(max(length, _longest_word(column.title)), _LONG)


def _shares(columns: Sequence[Column], lengths: Sequence[int]) -> list[int]:
    """What of the width left over a column takes; nil for one as wide as what it holds."""
    texts = [at for at, column in enumerate(columns) if column.kind == "text"]
    long = [at for at in texts if lengths[at] > _LONG] or texts[:1]
    if any(column.kind == "blank" for column in columns):
        return [30 if column.key == "signature" else 20 for column in columns]
    return [
        min(max(lengths[at], _LONG), _LONGEST) if at in long else 0 for at in range(len(columns))
    ]


def _longest_word(title: str) -> int:
    return max(map(len, title.split()), default=0)


def _size(width: float, room: int) -> float:
    """The size of a table's letters: smaller where it is crowded."""
    return max(_SMALLEST, min(_LARGEST, round(_LARGEST * room / max(width, 1), 1)))


def _drawable(value: Any) -> Any:
    if isinstance(value, str):
        return drawable(value, _FONT)
    if isinstance(value, Mapping):
        return {key: _drawable(held) for key, held in value.items()}
    if isinstance(value, Iterable):
        return [_drawable(held) for held in value]
    return value
