"""Part b: the figures of the board's page, from few journals and from many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import text
from sqlmodel import Session

from benchmarks import bulk, made_up
from benchmarks.databases import POSTGRESQL, SQLITE, Database, Databases
from benchmarks.measuring import Cell, Stopwatch, Table, median_ms, say
from ledger.money import Money
from trust_commissioning import posting, reports
from trust_commissioning.reports import Scope
from trust_commissioning.store import reading, transaction

SCOPE = Scope(None, made_up.LAST_YEAR, 12)
_THROUGH_THE_DOOR = 10_000


def from_postings(session: Session) -> dict[str, Money]:
    """Actual spend by outcome the slow way."""
    rows = session.execute(
        text(
            "SELECT COALESCE(p.outcome, 'not_attributed'), SUM(p.pence) FROM posting p "
            "JOIN journal j ON j.id = p.journal_id WHERE j.status = 'posted' "
            "AND j.book = 'actual' AND j.year = :year AND j.period <= :to "
            "AND p.account LIKE 'Expenses:%' GROUP BY 1"
        ),
        {"year": str(SCOPE.year), "to": SCOPE.to},
    )
    return {str(outcome): Money(int(pence)) for outcome, pence in rows}


PAGE: dict[str, Callable[[Session], object]] = {
    "headlines": lambda session: reports.headlines(session, SCOPE),
    "outcome spend": lambda session: reports.outcome_spend(session, SCOPE, made_up.AT),
    "flows": lambda session: reports.flows(session, SCOPE),
    "service spend": lambda session: reports.service_spend(session, SCOPE),
    "trend": lambda session: reports.trend(session, SCOPE),
    "the board's questions": lambda session: reports.board_answers(session, SCOPE, made_up.AT),
}
ALL_FIVE = "the board's page, all six"
ASKED: dict[str, Callable[[Session], object]] = {
    **PAGE,
    ALL_FIVE: lambda session: [ask(session) for ask in PAGE.values()],
    "fund position": lambda session: reports.fund_position(session, SCOPE, made_up.AT),
    "outcome spend summed from postings": from_postings,
}


def fill(databases: Databases, postings: int) -> tuple[Database, str]:
    """A SQLite database with so many postings; says how it was filled and how long that took."""
    say(f"Posting journals with {postings:,} postings in all.")
    database = databases.founded(SQLITE)
    years = made_up.years_of(postings)
    journals = made_up.journals(postings, years=years)
    with Stopwatch() as watch:
        if postings <= _THROUGH_THE_DOOR:
            with transaction(database.engine) as session:
                some = posting.post_many(session, list(journals), by=made_up.OFFICER, at=made_up.AT)
            posted, way = len(some), "through the one door"
        else:
            posted, way = bulk.write(database, journals), "written straight in, guards off then on"
    database.settle()
    return database, (
        f"{postings:,} postings of {len(years)} years: {posted:,} journals {way}, "
        f"{posted / watch.cpu:,.0f} a CPU second; {_balances(database):,} kept balances of the year "
        f"asked, {database.megabytes:,} MB."
    )


def on_each_kind(
    databases: Databases, filled: dict[int, Database]
) -> dict[str, dict[int, Database]]:
    """The same rows on every kind of database."""
    found = {SQLITE: filled}
    if POSTGRESQL in databases.kinds:
        found[POSTGRESQL] = {}
        for size, source in filled.items():
            say(f"Copying {size:,} postings to PostgreSQL.")
            found[POSTGRESQL][size] = databases.copied_to_postgres(source)
            found[POSTGRESQL][size].settle()
    return found


def measure(everywhere: dict[str, dict[int, Database]], notes: list[str]) -> Table:
    """The same questions of each size, on each database."""
    columns = ["figures, ms"]
    found: list[dict[str, float]] = []
    table = Table("b", "The board's figures, of one year of five: median milliseconds", ())
    for on, ours in everywhere.items():
        for size, database in sorted(ours.items()):
            say(f"The board's figures from {size:,} postings on {on}.")
            found.append(_ask(table, database, size))
            columns.append(f"{on} {_short(size)}")
        if len(ours) > 1:
            few, many = found[-len(ours)], found[-1]
            found.append({name: many[name] / few[name] for name in ASKED})
            columns.append(f"{on} {_short(max(ours))} / {_short(min(ours))}")
    table.columns = tuple(columns)
    for name in ASKED:
        cells: list[Cell] = [one[name] for one in found]
        table.add(name, *cells)
    table.notes = [
        *notes,
        "PostgreSQL holds the same rows, copied.",
        "The page reads the year's kept balances. It is the same trust with the same codings at",
        "every size; what more codings cost is said below. The last line is what outcome spend",
        "costs without kept balances.",
    ]
    return table


def by_codings(databases: Databases, ways: Sequence[int]) -> Table:
    """The same page from ever more codings, each of them used once a month."""
    found = []
    for some in ways:
        say(f"The board's figures from {some:,} ways of spending.")
        database = databases.founded(SQLITE)
        asked = (made_up.LAST_YEAR,)
        bulk.write(database, made_up.journals(made_up.once(some), years=asked, ways=some))
        database.settle()
        there = [ours[some] for ours in on_each_kind(databases, {some: database}).values()]
        balances = _balances(database)
        found.append((some, balances, *map(_page_ms, there)))
        for one in there:
            databases.drop(one)
    on_each = tuple(f"{on}, ms" for on in databases.kinds)
    table = Table(
        "b",
        "The board's page, all six, by how many ways the trust spends: median milliseconds",
        ("ways of spending", "kept balances of the year", *on_each),
    )
    for row in found:
        table.add(*row)
    table.notes = [
        "A way is an account with a service and a fund; it is budgeted, promised and paid under each",
        "of the service's outcomes in all twelve months. Leeds paid its children's services in 122",
        "ways in a month, and all its services in 874.",
    ]
    return table


def _page_ms(database: Database) -> float:
    return median_ms(lambda: _answer(database, ASKED[ALL_FIVE]))[0]


def _balances(database: Database) -> int:
    asked = text("SELECT COUNT(*) FROM balance WHERE year = :year")
    with reading(database.engine) as session:
        return int(session.execute(asked, {"year": str(SCOPE.year)}).scalar_one())


def _ask(table: Table, database: Database, size: int) -> dict[str, float]:
    found = {}
    for name, ask in ASKED.items():
        found[name], _ = median_ms(lambda ask=ask: _answer(database, ask))  # type: ignore[misc]
    with reading(database.engine) as session:
        report = reports.outcome_spend(session, SCOPE, made_up.AT)
        kept = {row["outcome"]: row["actual"] for row in report.rows if row["actual"]}
        table.same(f"outcome spend at {size:,} on {database.on}", kept, from_postings(session))
    return found


def _answer(database: Database, ask: Callable[[Session], object]) -> object:
    with reading(database.engine) as session:
        return ask(session)


def _short(size: int) -> str:
    return f"{size // 1_000_000}M" if size >= 1_000_000 else f"{size // 1000}k"
