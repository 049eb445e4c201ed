"""The command: measures every part and prints its tables."""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import board, books, importing, made_up, one_journal, pages, register
from benchmarks.databases import Databases, postgres_if_there_is_one
from benchmarks.measuring import Table, say
from trust_commissioning.store.engine import sqlite_version


def main() -> int:
    asked = _asked()
    # Whoever ends it finds the temporary folder and the server gone all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="trust-bench-") as folder,
        postgres_if_there_is_one() as server,
    ):
        tables = (
            [pages.measure(Path(folder), quick=asked.quick)]
            if asked.pages
            else measure(Databases(Path(folder), server), quick=asked.quick, full=asked.full)
        )
    machine = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, "
        f"load {os.getloadavg()[0]:.1f} at the end",
        "versions": f"Python {platform.python_version()}, SQLite "
        + ".".join(map(str, sqlite_version())),
        "seconds": round(time.monotonic() - started),
    }
    if asked.json:
        answer = {**machine, "tables": [table.as_json() for table in tables]}
        print(json.dumps(answer, indent=1, ensure_ascii=False))
    else:
        print("\n".join(table.as_text() for table in tables))
        print(*(f"{name}: {value}" for name, value in machine.items()), sep="\n")
    differs = [difference for table in tables for difference in table.differs]
    if differs:
        say(f"{len(differs)} figures are not the same by two routes.")
    return 1 if differs else 0


def measure(databases: Databases, *, quick: bool, full: bool) -> list[Table]:
    """Every part in turn; a database is dropped as soon as nothing asks it again."""
    extracts = (2_000,) if quick else (10_000, 100_000)
    sizes = (10_000,) if quick else (10_000, 100_000, 1_000_000)
    imports, imported = importing.measure(databases, extracts)
    against, publishing = books.against_beancount(), books.publishing()
    for lines, database in imported.items():
        importing.add_budget_and_commitments(database, lines // 5)
        where = databases.folder / f"books-{lines}"
        books.measure(database, where, made_up.FIRST_YEAR, against=against, publishing=publishing)
        databases.drop(database)
    of_register = register.measure(databases, (20, 60) if quick else (50, 5_000))
    filled, notes = {}, []
    for size in sizes:
        filled[size], note = board.fill(databases, size)
        notes.append(note)
    everywhere = board.on_each_kind(databases, filled)
    figures = board.measure(everywhere, notes)
    codings = board.by_codings(databases, (110, 550) if quick else (110, 550, 2_200))
    largest = [ours[max(ours)] for ours in everywhere.values()]
    ends = sorted({min(sizes), max(sizes)})
    found = one_journal.lists([ours[size] for ours in everywhere.values() for size in ends])
    durable = one_journal.durable(databases, largest, times=40 if quick else 200)
    if not quick:
        for database in largest:
            importing.add_row(imports, database, min(extracts))
    if full:
        books.measure(
            filled[max(filled)],
            databases.folder / "books-full",
            made_up.LAST_YEAR,
            against=against,
            publishing=publishing,
            whole=True,
        )
    served = pages.measure(databases.folder, quick=quick)
    return [imports, figures, codings, against, durable, found, publishing, of_register, served]


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./trust bench",
        description="Measures the ledger beside its peers, in one run of some fifteen minutes; "
        "needs 4 GB of disk for as long as it runs.",
    )
    parser.add_argument("--quick", action="store_true", help="small sizes only, within a minute")
    parser.add_argument(
        "--full",
        action="store_true",
        help="also publish the million and ask Beancount for all of it (minutes, 5 GB of memory)",
    )
    parser.add_argument(
        "--pages", action="store_true", help="only the pages, as people wait for them"
    )
    parser.add_argument("--json", action="store_true", help="print the tables as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
