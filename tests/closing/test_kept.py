"""What was closed, opened again and decided is in a backup, and comes back as it was."""

from pathlib import Path

from sqlalchemy import Engine, select

from ledger.money import Money
from ledger.periods import Period
from ledger.year_end import YearEnd
from tests.closing.conftest import MANAGER, Office
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import backing_up, closing
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, migrate, reading
from trust_commissioning.store.guards import KEPT_FOR_EVER
from trust_commissioning.store.tables import METADATA

TABLES = (
    "host_balance",
    "left_open",
    "period_closing",
    "period_figures",
    "reopening_agreed",
    "reopening_asked",
    "year_closing",
    "year_end_rule",
)


def rows(engine: Engine) -> dict[str, list[str]]:
    with reading(engine) as session:
        return {
            name: sorted(map(repr, session.execute(select(METADATA.tables[name]))))
            for name in TABLES
        }


def test_a_backup_brings_the_evidence_of_closings_back(office: Office, tmp_path: Path) -> None:
    p01 = Period(YEAR, 1)
    office.post(journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00"))
    words = {"fund": "general", "amount": Money(1), "document": "Ledger print"}
    office.do(closing.tell_host_balance, p01, by=CLERK, **words)
    office.close(*range(1, 13))
    office.do(closing.ask_reopening, p01, reason="Late", by=CLERK)
    office.do(closing.agree_reopening, p01, by=APPROVER)
    office.close(1)
    office.do(
        closing.tell_year_end_rule,
        "general",
        YEAR,
        rule=YearEnd.CARRY_FORWARD,
        clause="12",
        by=MANAGER,
    )
    office.do(closing.close_year, YEAR, by=MANAGER)
    before = rows(office.engine)
    assert all(before.values())
    backing_up.back_up(office.engine, tmp_path / "trust.zip", at=AT)

    url = f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    migrate(url)
    backing_up.restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    restored = engine_for(url)
    assert rows(restored) == before
    with reading(restored) as session:
        assert check(session) == []
    restored.dispose()


def test_the_evidence_of_closings_is_kept_for_ever() -> None:
    assert set(TABLES) <= KEPT_FOR_EVER.keys()
