"""What differs between a report and the one issued before it, with what the ledger knows of why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.wording import counted
from trust_commissioning.reports.shape import SUBTOTAL, Cell, Column, Part, Report
from trust_commissioning.store.journals import Search, search, search_totals

CHANGES = "changes"
"""The key of the part that tells of changes; it is not itself compared."""
_NAMED = 3
"""So many journals are named as the reason; more are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure that differs. `key` names it for whoever gives a reason, where one `asks` for it."""

    key: str
    table: str
    line: str
    figure: str
    before: Money
    now: Money
    asks: bool
    journals: Search | None
    reason: str = ""

    @property
    def movement(self) -> Money:
        return self.now - self.before


def changes(session: Session, before: Report, now: Report, *, since: int) -> list[Change]:
    """The figures that differ, with the journals behind them that were posted since.

    Between two reports up to the same period every figure is compared; otherwise those of the whole
    year, since what was spent so far must move. A report that has none is compared in all.
    """
    every = list(_all(before, now))
    again = before.to == now.to
    if not again and any(column.whole_year for part in now.tables for column in part.columns):
        every = [one for one in every if one.asks]
    known = [replace(one, reason=_known(session, one, since)) for one in every]
    return _of_their_lines(known) if again else known


def _of_their_lines(found: list[Change]) -> list[Change]:
    """Within one period what moved a line's spend also moved its variance and its forecast."""
    of_line = {(one.table, one.line): one.reason for one in found if one.reason}
    return [
        replace(one, asks=True, reason=one.reason or of_line.get((one.table, one.line), ""))
        for one in found
    ]


def _all(before: Report, now: Report) -> Iterator[Change]:
    earlier = {part.key: part for part in before.tables}
    for part in now.tables:
        if part.key != CHANGES:
            yield from _of_table(earlier.get(part.key), part, now)
    present = {part.key for part in now.tables}
    for part in before.tables:
        if part.key not in present and part.key != CHANGES:
            empty = part.model_copy(update={"rows": ()})
            yield from _of_table(part, empty, now)


def _of_table(before: Part | None, now: Part, report: Report) -> Iterator[Change]:
    new, old = _lines(now.columns, now, before)
    for name in dict.fromkeys((*new, *old)):
        row = new.get(name) or old[name]
        for column in now.columns:
            if column.kind != "money":
                continue
            was, is_ = _amount(old.get(name), column.key), _amount(new.get(name), column.key)
            if was != is_:
                yield Change(
                    key=f"{now.key}/{'/'.join(name)}/{column.key}",
                    table=now.title or now.columns[0].title,
                    line=_words(now.columns, row),
                    figure=column.title,
                    before=was,
                    now=is_,
                    asks=column.whole_year,
                    journals=report.leads_to(now.columns, row, column.key),
                )


_Lines = dict[tuple[str, ...], Mapping[str, Cell]]


def _lines(columns: Iterable[Column], now: Part, before: Part | None) -> tuple[_Lines, _Lines]:
    """Both tables' rows by what names them: their codes and first words, with more where they must.

    One length of name serves both, or the same line would go by two names.
    """
    texts = [column.key for column in columns if column.kind in ("code", "text")]
    codes = [column.key for column in columns if column.kind == "code"]
    new, old = _detail(now), _detail(before)
    for size in range(1, len(texts) + 1):
        keys = list(dict.fromkeys([*codes, *texts[:size]]))
        named, was = _named(new, keys), _named(old, keys)
        if len(named) == len(new) and len(was) == len(old):
            return named, was
    return _placed(new), _placed(old)


def _detail(part: Part | None) -> list[Mapping[str, Cell]]:
    return [row for row in part.rows if not row.get(SUBTOTAL)] if part else []


def _named(rows: Iterable[Mapping[str, Cell]], keys: Iterable[str]) -> _Lines:
    return {tuple(str(row.get(key, "")) for key in keys): row for row in rows}


def _placed(rows: Iterable[Mapping[str, Cell]]) -> _Lines:
    return {(str(place),): row for place, row in enumerate(rows, 1)}


def _words(columns: Iterable[Column], row: Mapping[str, Cell]) -> str:
    texts = (str(row.get(column.key, "")) for column in columns if column.kind == "text")
    return ", ".join([text for text in texts if text][:2])


def _amount(row: Mapping[str, Cell] | None, key: str) -> Money:
    cell = row.get(key) if row else None
    return cell if isinstance(cell, Money) else NIL


def _known(session: Session, change: Change, since: int) -> str:
    """The journals posted since that the figure is made of, named or counted."""
    if change.journals is None:
        return ""
    posted = replace(change.journals, after=since)
    count, _ = search_totals(session, posted)
    if not count:
        return ""
    if count > _NAMED:
        return f"{counted(count, 'journal')} posted since."
    lines = reversed(search(session, posted, limit=_NAMED))
    return "; ".join(f"{line.number}: {line.narration}" for line in lines)
