"""Part d: what a person waits for: one journal made durable, and a list of journals found."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import made_up
from benchmarks.databases import Database, Databases
from benchmarks.measuring import Table, each_ms, fdatasyncs_ms, median_ms, percentile, say
from ledger.journal import Book
from ledger.outcomes import Outcome
from trust_commissioning import posting
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import Search, search, search_totals

_LINE = made_up.lines()[0]
SEARCHES = {
    "newest page": Search(),
    "page 100": Search(),
    "one fund's year": Search(fund="camhs", year=made_up.LAST_YEAR, book=Book.ACTUAL),
    "a provider's words": Search(words="Fostering 142"),
    "a word nothing has": Search(words="zeppelin"),
    "an amount": Search(words="£1,234.56"),
    "a number": Search(words=f"{made_up.LAST_YEAR}/000123"),
    "behind an outcome": Search(
        year=made_up.LAST_YEAR, account="Expenses", outcome=Outcome.STAY_SAFE.value
    ),
    "behind an account and service": Search(
        year=made_up.LAST_YEAR,
        account=_LINE.spend.account,
        service=_LINE.spend.service or "",
        to_period=6,
    ),
    "a contract": Search(contract="C-00-camhs"),
}
_OFFSETS = {"page 100": 99 * 50}


def durable(databases: Databases, filled: Sequence[Database], times: int) -> Table:
    """One post after another, each in a transaction of its own."""
    table = Table(
        "d",
        "One journal made durable, beside 4 KB made durable by fdatasync: milliseconds",
        ("on", "journals there", "p50", "p95", "4 KB p50", "4 KB p95", "p50 / 4 KB p50"),
    )
    fresh = [databases.founded(on) for on in databases.kinds]
    for database in [*fresh, *filled]:
        there = database.count("journal")
        say(f"Posting one at a time on {database.on} with {there:,} journals.")
        disk = fdatasyncs_ms(databases.folder, times)

        def post(turn: int, database: Database = database) -> None:
            with transaction(database.engine) as session:
                one = made_up.one_more(f"one at a time {turn}")
                posting.post(session, one, by=made_up.OFFICER, at=made_up.AT)

        found = each_ms(post, times)
        middle, of_disk = percentile(found, 50), percentile(disk, 50)
        table.add(
            *(database.on, there, middle, percentile(found, 95)),
            *(of_disk, percentile(disk, 95), middle / of_disk),
        )
    for database in fresh:
        databases.drop(database)
    table.notes = [
        "By the one door: roles, standing facts, every check, number, chain, balances, guards.",
    ]
    if min(row[4] for row in table.rows if isinstance(row[4], float)) < 0.02:
        table.notes.append("The folder is in memory or its disk does not keep its word.")
    return table


def lists(databases: Sequence[Database]) -> Table:
    """A page of fifty journals, and how many there are in all, for each search; the last
    database is one with most journals."""
    columns = ["search, ms"]
    found: list[dict[str, tuple[float, float, int]]] = []
    there = 0
    for database in databases:
        there = database.count("journal")
        say(f"Searching {there:,} journals on {database.on}.")
        found.append({name: _ask(database, name) for name in SEARCHES})
        size = f"{database.on} {there // 1000}k"
        columns += [size, f"{size} totals"]
    columns.append(f"found in {there // 1000}k")
    table = Table("d", "Searching the list of journals: median milliseconds", tuple(columns))
    for name in SEARCHES:
        times = [cell for one in found for cell in one[name][:2]]
        table.add(name, *times, found[-1][name][2])
    table.notes = ["A page of fifty, newest first; the totals count and sum everything found."]
    return table


def _ask(database: Database, name: str) -> tuple[float, float, int]:
    wanted = SEARCHES[name]

    def page() -> object:
        with reading(database.engine) as session:
            return search(session, wanted, offset=_OFFSETS.get(name, 0))

    def totals() -> int:
        with reading(database.engine) as session:
            return search_totals(session, wanted)[0]

    page_ms, _ = median_ms(page, times=3)
    totals_ms, count = median_ms(totals, times=3)
    return page_ms, totals_ms, count
