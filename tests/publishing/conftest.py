"""A small trust with its books published, and means to look at them and to spoil them."""

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from sqlalchemy import Engine, text

from ledger.journal import Book, Journal
from ledger.periods import FinancialYear, Period
from tests.support.trusts import AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.publishing import (
    Publication,
    publish,
    verify,
)
from trust_commissioning.server.beside_record import BooksBesideRecord, Compared
from trust_commissioning.store import guards, reading, transaction
from trust_commissioning.store.tables import (
    FinancialYearRow,
    PeriodRow,
)

SPEND = "Expenses:ThirdParty:FosterCare 100.00 stay_safe service=fostering contract=C-0001 / Liabilities:Creditors -100.00"
OWED = "Assets:Debtors:Partners 500.00 partner=pct / Income:Contributions:Cash -500.00 partner=pct"
MAY, JUNE = date(2003, 5, 31), date(2003, 6, 30)


class Trust:
    """A small trust with its books, as a door would use them."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder

    def post(self, *journals: Journal) -> None:
        with transaction(self.engine) as session:
            posting.post_many(session, journals, by=CLERK, at=AT)

    def publish(self, folder: Path | None = None) -> Publication:
        with reading(self.engine) as session:
            return publish(session, folder or self.folder, AT)

    def verify(self) -> list[tuple[str, str]]:
        with reading(self.engine) as session:
            return [(problem.code, problem.where) for problem in verify(session, self.folder)]

    def open(self, year: FinancialYear) -> None:
        with transaction(self.engine) as session:
            session.add(FinancialYearRow(year=str(year)))
            session.flush()
            for p in year.periods:
                session.add(
                    PeriodRow(year=str(year), number=p.number, starts=p.starts, ends=p.ends)
                )

    def forge(self, *statements: str) -> None:
        """Changes the database as somebody who has taken its guards away."""
        with self.engine.begin() as connection:
            guards.drop(connection)
            for statement in statements:
                connection.execute(text(statement))
            guards.install(connection)

    def files(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and path.name not in ("manifest.json", ".lock")
        }


class Ledger:
    """What Fava gives its pages of a book."""

    def __init__(self, file: Path) -> None:
        self.beancount_file_path = str(file)
        self.all_entries, self.load_errors, self.options = loader.load_file(str(file))


def compared(folder: Path, name: str = "2003-04/actual.beancount") -> Compared:
    """What our page in Fava makes of a book."""
    ledger: Any = Ledger(folder / name)
    return BooksBesideRecord(ledger).compared()


@pytest.fixture
def trust(engine: Engine, tmp_path: Path) -> Trust:
    return Trust(engine, tmp_path / "books")


@pytest.fixture
def published(trust: Trust) -> Trust:
    """Journals in each book, two funds and three periods, published."""
    trust.post(
        journal(SPEND, ref="1", narration='Oakfield "88/05" \\ ; #not-a-tag *', payee="Oakfield"),
        journal(OWED, ref="2", fund="camhs"),
        journal(SPEND, ref="3", day=MAY),
        journal(
            "Expenses:ThirdParty:Health 200.00 service=therapy / Equity:BudgetAuthority -200.00",
            ref="4",
            fund="camhs",
            book=Book.BUDGET,
        ),
        journal(
            "Expenses:ThirdParty:Health 60.00 service=therapy / Equity:Committed -60.00",
            ref="5",
            fund="camhs",
            book=Book.COMMITMENT,
        ),
        journal(SPEND, ref="6", day=date(2004, 3, 31), period=Period(FinancialYear(2003), 13)),
    )
    trust.publish()
    return trust


def bean_check(path: Path) -> tuple[int, str]:
    ran = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), path],
        capture_output=True,
        check=False,
        text=True,
    )
    return ran.returncode, ran.stderr


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text(encoding="utf-8")
    assert change(before) != before
    path.write_text(change(before), encoding="utf-8")
