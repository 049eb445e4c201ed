"""The demo trust is the same whenever it is loaded, balances, and has something to look at."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlmodel import Session

from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import FinancialYear, Period
from ledger.problems import Refused
from tests.support.coding import code_line
from tests.support.demo import AT, KeptDemo
from trust_commissioning import applying, demo, passwords
from trust_commissioning.demo import definition, extracts
from trust_commissioning.store import engine_for, from_partner, migrate, reading, transaction
from trust_commissioning.store.sight import sight_of
from trust_commissioning.store.tables import (
    BalanceRow,
    FundRow,
    ImportRowRow,
    JournalRow,
    PersonRow,
    PostingRow,
    table_of,
)

BALANCE, JOURNAL, POSTING = table_of(BalanceRow), table_of(JournalRow), table_of(PostingRow)


@pytest.fixture(scope="module")
def loaded(
    kept_demo: KeptDemo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, demo.DemoTrust]]:
    with kept_demo.copy(tmp_path_factory.mktemp("demo")) as engine:
        yield engine, kept_demo.told


@pytest.fixture
def session(loaded: tuple[Engine, demo.DemoTrust]) -> Iterator[Session]:
    with reading(loaded[0]) as opened:
        yield opened


def sums(session: Session, year: str, book: str) -> dict[str, str]:
    """Expense of each fund in one book."""
    rows = session.execute(
        select(BALANCE.c.fund, func.sum(BALANCE.c.pence))
        .where(
            BALANCE.c.year == year,
            BALANCE.c.book == book,
            BALANCE.c.account.startswith("Expenses:"),
        )
        .group_by(BALANCE.c.fund)
    )
    return {fund: Money(int(pence)).plain for fund, pence in rows}


def test_the_extracts_are_the_same_whenever_they_are_made():
    made = hashlib.sha256()
    for period in definition.periods():
        for host in extracts.HOSTS:
            made.update(extracts.extract(host, period).data)

    assert made.hexdigest() == "df708607bd59805b5203637d1fc1b768351484b814b3d90720d5bfeec715e2cf"


def test_every_payment_of_a_stream_is_coded_by_the_rule_made_for_it():
    rules = definition.document().coding_rules
    for period in (Period(FinancialYear(2003), 12), definition.LAST_PERIOD):
        for host in extracts.HOSTS:
            for line in extracts.extract(host, period).lines:
                cells = {
                    "cost_centre": line.cost_centre,
                    "detail": line.detail,
                    "supplier": line.supplier,
                }
                coding = code_line(rules, cells, line.day, line.amount)
                if line.stream is None:
                    assert coding is None
                else:
                    assert coding is not None, line
                    assert coding.contract == line.stream.contract
                    assert coding.account == (line.stream.account or coding.account)


def test_a_stream_comes_to_its_yearly_outturn_to_the_penny():
    spent: Counter[str] = Counter()
    for period in FinancialYear(2003).periods[:12]:
        for host in extracts.HOSTS:
            for line in extracts.extract(host, period).lines:
                if line.stream is not None:
                    spent[line.stream.key] += line.amount.pence

    wanted: Counter[str] = Counter()
    for stream in definition.streams():
        wanted[stream.key] += stream.outturn.get("2003-04", 0) * 100
    assert spent == +wanted


@pytest.mark.slow
def test_every_fund_balances_in_every_book(session: Session):
    rows = session.execute(
        select(BALANCE.c.fund, BALANCE.c.book, func.sum(BALANCE.c.pence)).group_by(
            BALANCE.c.fund, BALANCE.c.book
        )
    ).all()

    assert len(rows) == 21
    assert [row for row in rows if row[2]] == []


@pytest.mark.slow
def test_what_the_funds_were_allowed_and_spent(session: Session):
    assert sums(session, "2003-04", "budget") == {
        "camhs-pool": "4007000.00",
        "choice-protects": "177750.00",
        "disabled-children-pool": "4286000.00",
        "general": "8700000.00",
        "special-grant-qp": "2520000.00",
        "youth-aligned": "3150000.00",
    }
    assert sums(session, "2003-04", "actual") == {
        "camhs-pool": "4186281.86",
        "choice-protects": "175400.00",
        "disabled-children-pool": "4287700.00",
        "general": "9228719.43",
        "special-grant-qp": "2507900.00",
        "youth-aligned": "3143800.00",
    }
    assert set(sums(session, "2003-04", "commitment").values()) == {"0.00"}
    assert sums(session, "2004-05", "actual") == {
        "camhs-pool": "2758819.06",
        "childrens-fund": "493000.00",
        "choice-protects": "175353.09",
        "disabled-children-pool": "2936552.67",
        "general": "7933401.13",
        "youth-aligned": "2163469.79",
    }


@pytest.mark.slow
def test_no_commitment_is_below_nil_for_any_outcome(session: Session):
    rows = session.execute(
        select(BALANCE.c.service, BALANCE.c.outcome, func.sum(BALANCE.c.pence))
        .where(
            BALANCE.c.book == "commitment",
            BALANCE.c.year == "2004-05",
            BALANCE.c.account.startswith("Expenses:"),
        )
        .group_by(BALANCE.c.service, BALANCE.c.outcome)
    ).all()

    assert len(rows) > 20
    assert [row for row in rows if row[2] < 0] == []


@pytest.mark.slow
def test_all_five_outcomes_have_spend_and_a_few_lines_are_not_coded(session: Session):
    rows = session.execute(
        select(BALANCE.c.outcome, func.sum(BALANCE.c.pence))
        .where(
            BALANCE.c.book == "actual",
            BALANCE.c.year == "2003-04",
            BALANCE.c.account.startswith("Expenses:"),
        )
        .group_by(BALANCE.c.outcome)
    )
    spent = {outcome: int(pence) for outcome, pence in rows}

    assert set(spent) == {outcome.value for outcome in Outcome} | {""}
    assert min(spent.values()) > 100_000_000
    not_coded = session.execute(
        select(func.count())
        .select_from(POSTING)
        .join(JournalRow, JOURNAL.c.id == POSTING.c.journal_id)
        .where(POSTING.c.account == "Expenses:Unallocated", JOURNAL.c.status == "posted")
    ).scalar_one()
    assert not_coded == 50


@pytest.mark.slow
def test_each_payment_stands_on_the_row_of_a_file(session: Session):
    from_files = session.execute(
        select(func.count()).select_from(JOURNAL).where(JOURNAL.c.batch.is_not(None))
    ).scalar_one()
    rows = session.execute(select(func.count()).select_from(ImportRowRow)).scalar_one()

    assert from_files == rows == 2336


@pytest.mark.slow
def test_work_is_waiting_and_the_first_year_is_closed(session: Session):
    rows = session.execute(select(JOURNAL.c.status, func.count()).group_by(JOURNAL.c.status))
    counts = {row[0]: row[1] for row in rows}

    assert counts == {"posted": 3564, "submitted": 2, "draft": 1}


@pytest.mark.slow
def test_applying_the_demo_again_changes_nothing(loaded: tuple[Engine, demo.DemoTrust]):
    with transaction(loaded[0]) as session:
        changes = applying.apply(
            session,
            definition.document(),
            by=demo.ADMINISTRATOR,
            at=AT,
            today=definition.LAST_PERIOD.ends,
        )

    assert changes == []


@pytest.mark.slow
def test_one_person_of_each_role_has_a_password_and_gets_a_new_one_the_next_time(
    loaded: tuple[Engine, demo.DemoTrust],
):
    with transaction(loaded[0]) as session:
        again = demo.renew_passwords(session, at=AT)
        people = session.execute(select(PersonRow)).scalars().all()

        assert again is not None
        assert {person.username for person in people} == set(again.passwords)
        assert len({person.role for person in people}) == 7
        kept = people[0].password_hash
        assert passwords.matches(kept, again.passwords[people[0].username])
        assert not passwords.matches(kept, loaded[1].passwords[people[0].username])


@pytest.mark.slow
def test_a_demo_is_not_loaded_over_a_trust_that_is_there(loaded: tuple[Engine, demo.DemoTrust]):
    with transaction(loaded[0]) as session, pytest.raises(Refused) as refused:
        demo.load_demo(session, at=AT)

    assert refused.value.codes == ("trust_already_founded",)


def test_a_trust_that_is_not_the_demo_gets_no_new_passwords(tmp_path: Path):
    url = f"sqlite:///{tmp_path / 'trust.sqlite3'}"
    migrate(url)
    with transaction(engine_for(url)) as session:
        assert demo.renew_passwords(session, at=AT) is None


@pytest.mark.slow
def test_the_next_months_extracts_are_handed_over_to_try(loaded: tuple[Engine, demo.DemoTrust]):
    assert sorted(loaded[1].to_try) == [
        "wealdshire-county-council-2004-05-P09.csv",
        "wealdshire-pct-2004-05-P09.csv",
    ]


def test_the_council_keeps_the_books_and_the_other_hosts_see_the_funds_that_are_theirs(loaded):
    """The primary care trust hosts one pool; three funds are shared, and education
    pays into the mainstream budgets."""
    engine, _ = loaded
    shared = {"camhs-pool", "disabled-children-pool", "lscb"}
    for partner, funds in (
        ("pct", shared),
        ("education", shared | {"youth-aligned", "general"}),
        ("police", {"lscb"}),
    ):
        with reading(from_partner(engine, partner)) as session:
            assert set(session.execute(select(table_of(FundRow).c.code)).scalars()) == funds
    with reading(from_partner(engine, "social-services")) as session:
        assert sight_of(session) is None
