"""A report read back from its JSON, as it was when it was kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ledger.money import Money
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report

_AS_THEY_ARE = (
    "report",
    "title",
    "trust",
    "fund",
    "fund_title",
    "year",
    "to",
    "generated_at",
    "basis",
    "sign",
    "books_head",
)


def report_of(said: Mapping[str, Any]) -> Report:
    """What `Report.as_json` wrote: the same tables with money as money."""
    return Report(
        **{key: said[key] for key in _AS_THEY_ARE},
        **_table(said),
        notes=tuple(said["notes"]),
        parts=tuple(
            Part(key=one["key"], title=one["title"], words=tuple(one["words"]), **_table(one))
            for one in said["parts"]
        ),
    )


def _table(said: Mapping[str, Any]) -> dict[str, Any]:
    columns = tuple(_column(one) for one in said["columns"])
    return {
        "columns": columns,
        "rows": tuple(_row(columns, row) for row in said["rows"]),
        "totals": _row(columns, said["totals"]),
    }


def _column(said: Mapping[str, Any]) -> Column:
    lead = said.get("leads_to")
    return Column(**{**said, "leads_to": Lead(**lead) if lead else None})


def _row(columns: Iterable[Column], row: Mapping[str, str | int]) -> dict[str, Cell]:
    money = {column.key for column in columns if column.kind == "money"}
    return {
        key: Money.parse(cell) if key in money and isinstance(cell, str) and cell else cell
        for key, cell in row.items()
    }
