"""A small trust to test with, on each database the product runs on."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import Connection, Engine
from sqlmodel import Session

from ledger.journal import Book, Journal, Posting
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from tests.support.postgres import PostgresServer
from trust_commissioning.clock import as_text
from trust_commissioning.store import engine_for, migrate, transaction
from trust_commissioning.store.tables import (
    AccountRow,
    ContractRow,
    FinancialYearRow,
    FundRow,
    PartnerRow,
    PeriodRow,
    PersonRow,
    ProviderRow,
    ServiceOutcomeRow,
    ServiceRow,
    TrustRow,
)

AT = datetime(2003, 5, 1, 9, 30, tzinfo=UTC)
YEAR = FinancialYear.parse("2003-04")
Fill = Callable[[Session], object]
"""Founds a trust in an empty, migrated database, with whatever it is to hold."""
Then = Callable[[Engine], object]
"""What happens next in it, in as many transactions as it takes."""
CLERK, APPROVER, AUDITOR = "h.clerk", "p.approver", "a.auditor"

_ACCOUNTS = {
    "Assets:HostCash": "Cash held by the host",
    "Assets:InterFund": "Owed between funds",
    "Assets:Debtors:Partners": "Partners who owe us",
    "Equity:BudgetAuthority": "Budget authority",
    "Equity:Committed": "Committed",
    "Equity:FundBalance": "Fund balance",
    "Expenses:ThirdParty:FosterCare": "Foster care",
    "Expenses:ThirdParty:Health": "Health",
    "Expenses:Unallocated": "Not coded yet",
    "Income:Contributions:Cash": "Contributions in cash",
    "Liabilities:Accruals": "Delivered, not yet invoiced",
    "Liabilities:Creditors": "Creditors",
}


def found_small_trust(session: Session) -> None:
    """Two partners, two funds, two services, a contract, 2003-04 open, three people."""
    session.add(TrustRow(name="Wealdshire Children's Trust", created_at=as_text(AT)))
    session.add(PartnerRow(code="council", name="Wealdshire County Council"))
    session.add(PartnerRow(code="pct", name="Weald Primary Care Trust"))
    session.flush()
    for code, title, kind, basis in (
        ("general", "General", "mainstream", "other_power"),
        ("camhs", "CAMHS pooled fund", "pooled", "health_act_1999_s31"),
    ):
        session.add(FundRow(code=code, title=title, kind=kind, legal_basis=basis, host="council"))
    for name, title in _ACCOUNTS.items():
        partnered = name.startswith(("Assets:Debtors:Partners", "Income:Contributions"))
        session.add(AccountRow(name=name, title=title, needs_partner=partnered))
    for service in ("fostering", "therapy"):
        session.add(ServiceRow(code=service, title=service.title()))
    session.flush()
    for service, outcome, weight in (
        ("fostering", Outcome.STAY_SAFE, 3),
        ("fostering", Outcome.BE_HEALTHY, 1),
        ("therapy", Outcome.BE_HEALTHY, 1),
    ):
        session.add(
            ServiceOutcomeRow(
                service=service, starts=date(2003, 4, 1), outcome=outcome.value, weight=weight
            )
        )
    session.add(ProviderRow(code="oakfield", name="Oakfield Fostering"))
    session.add(FinancialYearRow(year=str(YEAR)))
    session.flush()
    for period in YEAR.periods:
        session.add(
            PeriodRow(year=str(YEAR), number=period.number, starts=period.starts, ends=period.ends)
        )
    session.add(
        ContractRow(
            number="C-0001",
            title="Foster placements",
            provider="oakfield",
            service="fostering",
            fund="general",
            value_pence=12_000_000,
            starts=date(2003, 4, 1),
            ends=date(2005, 3, 31),
        )
    )
    for username, name, role in (
        (CLERK, "Hana Clerk", "finance_officer"),
        (APPROVER, "Piers Approver", "approver"),
        (AUDITOR, "Ada Auditor", "auditor"),
        ("f.officer", "Finn Officer", "finance_officer"),
        ("x.admin", "Xenia Admin", "administrator"),
    ):
        session.add(PersonRow(username=username, name=name, role=role, created_at=as_text(AT)))


def journal(
    text: str,
    *,
    ref: str = "1",
    book: Book = Book.ACTUAL,
    fund: str = "general",
    day: date = date(2003, 4, 30),
    period: Period | None = None,
    source: str = "test",
    narration: str = "A journal",
    payee: str = "",
) -> Journal:
    """A journal in the trade's notation: ``"Expenses:Unallocated 100.00 / Assets:HostCash -100.00"``.

    After an amount come codings: ``stay_safe``, ``service=fostering``, ``partner=pct``,
    ``contract=C-0001``.
    """
    return Journal(
        book=book,
        fund=fund,
        period=period or Period.containing(day),
        day=day,
        narration=narration,
        payee=payee,
        postings=tuple(_posting(part) for part in text.split("/")),
        source=source,
        source_ref=ref,
    )


def _posting(text: str) -> Posting:
    account, amount, *codings = text.split()
    said = (word if "=" in word else f"outcome={word}" for word in codings)
    coded = {name: code for name, _, code in (one.partition("=") for one in said)}
    return Posting(
        account,
        Money.parse(amount),
        Outcome(coded["outcome"]) if "outcome" in coded else None,
        coded.get("service"),
        coded.get("partner"),
        coded.get("contract"),
    )


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: real SQLite, then real PostgreSQL."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'trust.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    """A migrated database with the small trust in it."""
    with small_trust(request, request.param, free_folder) as made:
        yield made


@pytest.fixture
def free_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty folder under a name that a test before may have used.

    What SQLAlchemy has worked out for the address of a database then serves the next test too.
    """
    folder = _FREE.pop() if _FREE else tmp_path_factory.mktemp("trust")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        folder.mkdir()
        _FREE.append(folder)


_FREE: list[Path] = []


def small_trust(
    request: pytest.FixtureRequest, database: str, folder: Path
) -> AbstractContextManager[Engine]:
    """A copy of the small trust; on SQLite it lies in the folder."""
    return copy_of(found_small_trust, request, database, folder)


def shared_by_a_module(fill: Fill, then: Callable[[Engine], object] = lambda _: None) -> Any:
    """A fixture: one copy on each database for all the tests of a module, each of which takes back
    what it does. `then` is what happens in it before the first."""

    @pytest.fixture(scope="module", params=["sqlite", "postgres"])
    def shared(
        request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[Engine]:
        with copy_of(fill, request, request.param, tmp_path_factory.mktemp("shared")) as made:
            then(made)
            yield made

    return shared


@contextmanager
def copy_of(
    fill: Fill,
    request: pytest.FixtureRequest,
    database: str,
    folder: Path,
    *,
    then: Then | None = None,
) -> Iterator[Engine]:
    """A copy of a trust as `fill` and `then` make it, only once in a run for each database."""
    if database == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.fresh(postgres_template(fill, server, then))
    else:
        file = folder / "trust.sqlite3"
        file.write_bytes(sqlite_file(fill, then))
        url = f"sqlite:///{file}"
    made = engine_for(url)
    try:
        yield made
    finally:
        made.dispose()
        if database == "postgres":
            server.drop(url)


def postgres_template(fill: Fill, server: PostgresServer, then: Then | None = None) -> str:
    """What `PostgresServer.fresh` copies, migrated and filled once."""
    made_by = [fill, *([then] if then is not None else [])]
    name = " ".join(f"{one.__module__}.{one.__qualname__}" for one in made_by)
    return server.template(name, lambda url: _make(url, fill, then))


@cache
def sqlite_file(fill: Fill, then: Then | None = None) -> bytes:
    """The file of a database, migrated and filled once."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "trust.sqlite3"
        _make(f"sqlite:///{file}", fill, then)
        return file.read_bytes()


def past_the_authorizer(connection: Connection) -> bool:
    """Lets this SQLite connection do what any other program could; False on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return False
    driver: Any = connection.connection.driver_connection
    driver.set_authorizer(None)
    return True


def _make(url: str, fill: Fill, then: Then | None) -> None:
    migrate(url)
    made = engine_for(url)
    with transaction(made) as session:
        fill(session)
    if then is not None:
        then(made)
    made.dispose()


def small_trust_file() -> bytes:
    """The small trust's file on SQLite."""
    return sqlite_file(found_small_trust)
