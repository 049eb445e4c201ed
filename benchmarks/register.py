"""Part f: the commissioning register, of few contracts and of many, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session

from benchmarks import made_up_register
from benchmarks.databases import POSTGRESQL, SQLITE, Database, Databases
from benchmarks.made_up import AT, OFFICER
from benchmarks.made_up_register import ACCOUNT, COMMISSIONER, EACH, YEAR
from benchmarks.measuring import Cell, Stopwatch, Table, cpu_ms, say
from contracts.contract import LotChange, Variation
from ledger.money import Money
from ledger.periods import FinancialYear
from trust_commissioning import calling_off, commissioning, posting, roles
from trust_commissioning.calling_off.asked import CallOffAsked
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.commitments import Wanted as CallOffsWanted
from trust_commissioning.reports.commitments import commitments_of
from trust_commissioning.reports.contract_pages import RegisterPage, register_page
from trust_commissioning.reports.contract_register import Wanted, register_of
from trust_commissioning.reports.contract_story import contract_story
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.calling_off import BALANCE
from trust_commissioning.store.years import open_year

SCOPE = Scope(None, YEAR, 12)
_OF_FUND = Scope("camhs", YEAR, 12)
ONE = made_up_register.Made(15)
Question = Callable[[Session], object]
ASKED: dict[str, Question] = {
    "register, first page of all": lambda session: _page(session, Wanted()),
    "register, words of a few": lambda session: _page(session, Wanted(words="weald part 15")),
    "register, a provider's": lambda session: _page(session, Wanted(provider=ONE.provider)),
    "register, what lapses": lambda session: _page(session, Wanted(coming="lapses")),
    "register, the whole as a file": lambda session: register_of(session, SCOPE, AT, Wanted()),
    "a contract's page": lambda session: contract_story(session, ONE.number, SCOPE.period.ends),
    "a contract's call-offs": lambda session: commitments_of(
        session, SCOPE, AT, CallOffsWanted(contract=ONE.number)
    ),
    "commitments of a fund": lambda session: REPORTS["commitments"](session, _OF_FUND, AT),
    "contract-position of a fund": lambda session: REPORTS["contract-position"](
        session, _OF_FUND, AT
    ),
    "forecast": lambda session: REPORTS["forecast"](session, SCOPE, AT),
}
RAISED, VARIED, PAID, OPENED = (
    "a placement raised",
    "a contract's price varied, ten placements under it",
    "a payment coded to a placement, each of many",
    "a year opened, for each placement",
)


def measure(databases: Databases, sizes: Sequence[int]) -> Table:
    """The same questions and changes at each size, on each kind of database."""
    table = Table(
        "f",
        "The register, of few contracts and of many: processor milliseconds",
        (),
    )
    few = {size: fill(databases, size) for size in sizes}
    columns, found = ["asked or done, ms"], []
    everywhere = {SQLITE: few}
    if POSTGRESQL in databases.kinds:
        copied = {size: databases.copied_to_postgres(one) for size, one in few.items()}
        everywhere[POSTGRESQL] = copied
    for on, ours in everywhere.items():
        here: list[dict[str, float]] = []
        for size, database in ours.items():
            say(f"The register with {size:,} contracts on {on}.")
            database.settle()
            here.append(_ask(table, database, size) | _change(database, size))
            columns.append(f"{on} {size:,}")
            databases.drop(database)
        found += here
        if len(here) > 1:
            found.append({name: here[-1][name] / here[0][name] for name in here[0]})
            columns.append(f"{on} {max(sizes):,} / {min(sizes):,}")
    table.columns = tuple(columns)
    for name in found[0]:
        cells: list[Cell] = [one[name] for one in found]
        table.add(name, *cells)
    table.notes = [
        f"Each contract has two lots and {EACH} placements, half of which run on into the next year.",
        "Our own processor time with that of the server's process for us: the machine may be busy.",
    ]
    return table


def fill(databases: Databases, count: int) -> Database:
    """A SQLite database with so many contracts, every placement of them promised."""
    say(f"Making {count:,} contracts with {count * EACH:,} placements.")
    database = databases.empty(SQLITE)
    with transaction(database.engine) as session:
        made_up_register.found(session, count)
    with transaction(database.engine) as session:
        posting.post_many(session, list(made_up_register.budgets()), by=OFFICER, at=AT)
        _promise(session, YEAR)
    return database


def _promise(session: Session, year: FinancialYear) -> int:
    action = roles.Action.ENTER_JOURNAL
    return posting.promise_into(session, year, by=OFFICER, at=AT, action=action)


def _ask(table: Table, database: Database, size: int) -> dict[str, float]:
    with reading(database.engine) as session:
        report = REPORTS["commitments"](session, SCOPE, AT)
        kept = session.execute(
            select(func.sum(BALANCE.c.pence)).where(BALANCE.c.book == "commitment")
        ).scalar_one()
    table.same(f"committed of {size:,} contracts", report.totals["committed"], Money(int(kept)))

    def answer(ask: Question) -> object:
        with reading(database.engine) as session:
            return ask(session)

    return {
        name: cpu_ms(lambda ask=ask: answer(ask), database.process)  # type: ignore[misc]
        for name, ask in ASKED.items()
    }


def _page(session: Session, wanted: Wanted) -> RegisterPage:
    return register_page(session, SCOPE.period.ends, wanted, length=50)


def _change(database: Database, size: int) -> dict[str, float]:
    """What people record; each in a transaction of its own, but for the payments of one file."""
    found: dict[str, float] = {}
    turns = iter(range(10_000))

    def raises() -> None:
        with transaction(database.engine) as session:
            _raise(session, next(turns))

    def varies() -> None:
        with transaction(database.engine) as session:
            _vary(session, next(turns))

    found[RAISED] = cpu_ms(raises, database.process)
    found[VARIED] = cpu_ms(varies, database.process)
    payments = made_up_register.payments(min(size, 500))
    with Stopwatch(database.process) as watch, transaction(database.engine) as session:
        posting.post_many(session, payments, by=OFFICER, at=AT)
    found[PAID] = watch.cpu * 1000 / len(payments)
    with Stopwatch(database.process) as watch, transaction(database.engine) as session:
        open_year(session, YEAR.next)
        _promise(session, YEAR.next)
    found[OPENED] = watch.cpu * 1000 / (size * EACH)
    return found


def _raise(session: Session, turn: int) -> None:
    starts = YEAR.starts + timedelta(days=turn % 300)
    asked = CallOffAsked.model_validate(
        {
            "reference": f"raised-{turn}",
            "contract": ONE.number,
            "kind": "placement",
            "title": "Placement",
            "case_reference": f"NEW-{turn}",
            "account": ACCOUNT,
            "day": starts,
            "starts": starts,
        }
    )
    calling_off.call_off(session, asked, by=COMMISSIONER, at=AT)


def _vary(session: Session, turn: int) -> None:
    price = LotChange(lot="main", price=Money(70_000 + turn))
    varied = Variation(
        starts=YEAR.periods[8].starts,
        reference=f"varied-{turn}",
        reason="Another price",
        lots_changed=(price,),
    )
    number = made_up_register.Made(1 + turn % 19).number
    commissioning.vary(session, number, varied, by=COMMISSIONER, at=AT)
