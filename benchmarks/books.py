"""Parts c and e: the published books beside the record, and what publishing them costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks import made_up
from benchmarks.databases import Database
from benchmarks.measuring import Stopwatch, Table, median_ms, say
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.outcomes import NOT_ATTRIBUTED
from ledger.periods import FinancialYear
from trust_commissioning import posting, reports
from trust_commissioning.publishing import publish, verify
from trust_commissioning.reports import Scope
from trust_commissioning.store import reading, transaction

Figures = dict[tuple[str, str], Money]
"""What each outcome comes to in each book; nil is left out."""


@dataclass(frozen=True, slots=True)
class _Peer:
    """What `benchmarks.peer` prints."""

    load: float
    ask: float
    megabytes: int | None
    errors: int
    found: list[list[str]]


def against_beancount() -> Table:
    return Table(
        "c",
        "Outcome spend of a year, from our balances and by Beancount with beanquery on the books",
        (
            *("journals", "ours, ms", "Beancount load, s", "BQL query, s", "load MB"),
            *("BQL / ours", "load and BQL / ours", "the same"),
        ),
        notes=[
            "The year's three books, each loaded whole, as whoever asks Beancount must the first",
            "time. Ours is the report as the page, the command and the interface give it.",
        ],
    )


def publishing() -> Table:
    return Table(
        "e",
        "Publishing the books: seconds",
        ("journals", "first time", "nothing new", "one more journal", "verify all", "MB of books"),
        notes=[
            "Each publication is checked by Beancount before it stands; one more journal rewrites",
            "and checks its month, here the year's last. Verifying loads every book in full.",
        ],
    )


def measure(
    database: Database,
    folder: Path,
    year: FinancialYear,
    *,
    against: Table,
    publishing: Table,
    whole: bool = False,
) -> None:
    """Publish, ask both ways, post one more, publish again, verify.

    `whole` asks Beancount for the journals of all years in one load, as a trust without this
    product would keep them.
    """
    folder.mkdir()
    journals = database.count("journal")
    say(f"Publishing {journals:,} journals.")
    first = _publish(database, folder)
    nothing_new = _publish(database, folder)
    say("Asking Beancount.")
    mains = [_whole(folder)] if whole else [folder / str(year) / f"{b}.beancount" for b in Book]
    _ask(database, journals, year, mains, against)
    with transaction(database.engine) as session:
        one = made_up.one_more("published", year=year)
        posting.post(session, one, by=made_up.OFFICER, at=made_up.AT)
    say("Publishing one more.")
    one_more = _publish(database, folder)
    say("Verifying.")
    with Stopwatch() as watch, reading(database.engine) as session:
        problems = verify(session, folder)
    publishing.same(f"problems in the books of {journals:,} journals", problems, [])
    size = sum(path.stat().st_size for path in folder.rglob("*.beancount")) // 1_000_000
    publishing.add(journals, first, nothing_new, one_more, watch.seconds, size)


def _ask(
    database: Database, journals: int, year: FinancialYear, mains: Sequence[Path], table: Table
) -> None:
    answer = _peer(mains)
    scope = Scope(None, year)

    def ours() -> Figures:
        with reading(database.engine) as session:
            return _figures(reports.outcome_spend(session, scope, made_up.AT))

    ours_ms, kept = median_ms(ours)
    theirs = _theirs(answer.found, year)
    same = table.same(f"outcome spend of {journals:,} journals", kept, theirs)
    same &= table.same("Beancount's errors", answer.errors, 0)
    load, ask = answer.load, answer.ask
    ratios = round(ask * 1000 / ours_ms), round((load + ask) * 1000 / ours_ms)
    table.add(journals, ours_ms, load, ask, answer.megabytes, *ratios, same)


def _publish(database: Database, folder: Path) -> float:
    with Stopwatch() as watch, reading(database.engine) as session:
        publication = publish(session, folder, made_up.AT + timedelta(hours=1))
    assert not publication.withheld, publication.problems[:3]
    return watch.seconds


def _figures(report: reports.Report) -> Figures:
    columns = {"budget": Book.BUDGET, "committed": Book.COMMITMENT, "actual": Book.ACTUAL}
    return {
        (book.value, str(row["outcome"])): amount
        for row in report.rows
        for column, book in columns.items()
        if isinstance(amount := row[column], Money) and amount
    }


def _theirs(found: list[list[str]], year: FinancialYear) -> Figures:
    sums: Figures = {}
    for book, period, outcome, amount in found:
        if period.startswith(str(year)):
            key = (book, outcome or NOT_ATTRIBUTED)
            sums[key] = sums.get(key, NIL) + Money.parse(amount)
    return {key: amount for key, amount in sums.items() if amount}


def _peer(mains: Sequence[Path]) -> _Peer:
    command = [sys.executable, "-m", "benchmarks.peer", *map(str, mains)]
    environment = os.environ | {"BEANCOUNT_DISABLE_LOAD_CACHE": "1"}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return _Peer(**json.loads(done.stdout))


def _whole(folder: Path) -> Path:
    """A main file of every journal of every year and book, as one book."""
    months = sorted(path.relative_to(folder) for path in folder.glob("*/*-P??.beancount"))
    chart = min(folder.glob("*/chart.beancount")).relative_to(folder)
    main = folder / "whole.beancount"
    lines = [
        'option "tolerance_multiplier" "0"',
        *(f'include "{name}"' for name in [chart, *months]),
    ]
    main.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return main
