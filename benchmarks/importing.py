"""Part a: a council's spending extract from its bytes to posted journals."""

from __future__ import annotations

import gc

from benchmarks import made_up
from benchmarks.databases import Database, Databases
from benchmarks.measuring import Stopwatch, Table, forget_peak, peak_megabytes, say
from trust_commissioning import posting
from trust_commissioning.importing.loading import SpendLoaded, load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import transaction

YEARS = (made_up.FIRST_YEAR,)


def measure(databases: Databases, sizes: tuple[int, ...]) -> tuple[Table, dict[int, Database]]:
    """The table, with the SQLite databases that were filled, by size."""
    table = Table(
        "a",
        "Importing a spending extract: read, code, check, post, keep",
        (
            *("lines", "on", "journals there", "seconds", "CPU seconds", "journals/s"),
            *("journals/CPU s", "again, s", "peak MB", "total agrees"),
        ),
        notes=[
            "One transaction for each file, durable at its end. CPU seconds are ours with those of",
            "the server's process for us. Loading again finds every line posted, and posts none.",
        ],
    )
    kept: dict[int, Database] = {}
    for lines in sizes:
        for on in databases.kinds:
            database = databases.founded(on, YEARS)
            add_row(table, database, lines)
            if on == databases.kinds[0]:
                kept[lines] = database
            else:
                databases.drop(database)
    return table, kept


def add_row(table: Table, database: Database, lines: int) -> None:
    """Import so many lines into what is there already, twice."""
    data, total = made_up.extract(lines)
    there = database.count("journal")
    say(f"Importing {lines:,} lines on {database.on} with {there:,} journals.")
    gc.collect()
    forget_peak()
    with Stopwatch(database.process) as first:
        loaded = _load(database, data)
    peak = peak_megabytes()
    with Stopwatch() as second:
        again = _load(database, data)
    agrees = table.same(f"total of {lines:,} lines on {database.on}", loaded.total, total)
    agrees &= table.same("posted by loading again", again.rows_posted, 0)
    table.add(
        *(lines, database.on, there, first.seconds, first.cpu),
        *(round(loaded.journals / first.seconds), round(loaded.journals / first.cpu)),
        *(second.seconds, peak, agrees),
    )


def add_budget_and_commitments(database: Database, postings: int) -> None:
    """Some of everything else in the extract's year, so that every column has figures."""
    journals = list(made_up.journals(postings, years=YEARS))
    with transaction(database.engine) as session:
        posting.post_many(session, journals, by=made_up.OFFICER, at=made_up.AT)


def _load(database: Database, data: bytes) -> SpendLoaded:
    with transaction(database.engine) as session:
        return load_spend(
            session,
            data,
            name="spend.csv",
            options=SpendOptions(fund="general"),
            by=made_up.OFFICER,
            at=made_up.AT,
        )
