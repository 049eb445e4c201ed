"""The books are published as Beancount files that agree with the record, or not at all."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from ledger.book import Coding, by_fund_and_account, trial_balance
from ledger.chain import journal_hash
from ledger.journal import Book, Journal
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.publishing import (
    Manifest,
    Publication,
    books_for_fava,
    note,
    publish,
    verify,
)
from trust_commissioning.publishing.opinion import opinions_on, shortened
from trust_commissioning.store import guards, journals, reading, transaction
from trust_commissioning.store.tables import (
    ChainHeadRow,
    FinancialYearRow,
    PeriodRow,
    PublicationRow,
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


def test_a_year_with_nothing_posted_has_valid_books(trust: Trust) -> None:
    publication = trust.publish()

    assert publication.problems == ()
    mains = books_for_fava(trust.folder)
    assert [str(path.relative_to(trust.folder)) for path in mains] == [
        "2003-04/actual.beancount",
        "2003-04/commitment.beancount",
        "2003-04/budget.beancount",
        "summary.beancount",
    ]
    assert [bean_check(path) for path in mains] == [(0, "")] * 4
    assert [trial_balance(path) for path in mains] == [{}] * 4
    assert trust.verify() == []


def test_bean_check_accepts_every_book_and_the_books_agree_with_the_record(
    published: Trust,
) -> None:
    mains = books_for_fava(published.folder)

    assert [bean_check(path) for path in mains] == [(0, "")] * 4
    assert published.verify() == []
    actual, commitment, budget, summary = map(trial_balance, mains)
    assert by_fund_and_account(actual) == {
        ("camhs", "Assets:Debtors:Partners"): Money(50000),
        ("camhs", "Income:Contributions:Cash"): Money(-50000),
        ("general", "Expenses:ThirdParty:FosterCare"): Money(30000),
        ("general", "Liabilities:Creditors"): Money(-30000),
    }
    assert by_fund_and_account(commitment)["camhs", "Equity:Committed"] == Money(-6000)
    assert by_fund_and_account(budget)["camhs", "Equity:BudgetAuthority"] == Money(-20000)
    assert summary == actual
    assert actual[
        Coding(
            "general",
            "2003-04 P13",
            "Expenses:ThirdParty:FosterCare",
            "fostering",
            "stay_safe",
        )
    ] == Money(10000)


def test_the_books_lie_in_a_folder_for_each_year_with_a_file_for_each_month_posted_to(
    published: Trust,
) -> None:
    assert list(published.files()) == [
        "2003-04/actual-P01.beancount",
        "2003-04/actual-P02.beancount",
        "2003-04/actual-P13.beancount",
        "2003-04/actual.beancount",
        "2003-04/balances-actual.beancount",
        "2003-04/balances-budget.beancount",
        "2003-04/balances-commitment.beancount",
        "2003-04/budget-P01.beancount",
        "2003-04/budget.beancount",
        "2003-04/chart.beancount",
        "2003-04/commitment-P01.beancount",
        "2003-04/commitment.beancount",
        "2003-04/opening-actual.beancount",
        "2003-04/summary-actual.beancount",
        "SHA256SUMS",
        "chart.beancount",
        "seal.txt",
        "summary.beancount",
    ]


def test_the_seal_names_the_last_journal_and_the_sums_can_be_checked_by_any_machine(
    published: Trust,
) -> None:
    with reading(published.engine) as session:
        _, head_hash = session.exec(select(ChainHeadRow.sequence, ChainHeadRow.hash)).one()

    seal = (published.folder / "seal.txt").read_text().splitlines()

    assert seal[:3] == [
        "trust: Wealdshire Children's Trust",
        "head-sequence: 6",
        f"head-hash: {head_hash}",
    ]
    checked = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=published.folder, check=False
    )
    assert checked.returncode == 0


def test_publishing_again_writes_nothing(published: Trust) -> None:
    def times() -> dict[Path, int]:
        return {
            path: path.stat().st_mtime_ns
            for path in published.folder.rglob("*")
            if path.is_file() and path.name != ".lock"
        }

    before = times()
    again = published.publish()

    assert (again.written, again.journals, again.problems) == ((), 0, ())
    assert times() == before


def test_the_same_record_published_elsewhere_is_the_same_bytes(
    published: Trust, tmp_path: Path
) -> None:
    other = Trust(published.engine, tmp_path / "other")

    other.publish()

    assert other.files() == published.files()


def test_only_the_month_that_changed_is_written(published: Trust) -> None:
    published.post(journal(SPEND, ref="7", day=MAY))

    publication = published.publish()

    assert publication.written == (
        "2003-04/actual-P02.beancount",
        "2003-04/balances-actual.beancount",
        "2003-04/summary-actual.beancount",
    )
    assert publication.journals == 2
    assert published.verify() == []


def test_the_first_journal_of_a_month_brings_its_file_into_the_book(published: Trust) -> None:
    published.post(journal(SPEND, ref="7", day=JUNE))

    publication = published.publish()

    assert publication.written == (
        "2003-04/actual-P03.beancount",
        "2003-04/balances-actual.beancount",
        "2003-04/summary-actual.beancount",
        "2003-04/actual.beancount",
    )
    assert bean_check(published.folder / "2003-04/actual.beancount") == (0, "")


def test_a_change_of_the_chart_is_published(published: Trust) -> None:
    with transaction(published.engine) as session:
        session.execute(
            text("UPDATE account SET title = 'Foster \"care\"' WHERE name LIKE '%FosterCare'")
        )

    publication = published.publish()

    assert publication.written == ("2003-04/chart.beancount", "chart.beancount")
    assert published.verify() == []


@pytest.mark.parametrize("name", ["2003-04/actual-P02.beancount", "2003-04/chart.beancount"])
def test_a_file_that_was_deleted_is_noticed_and_written_again(published: Trust, name: str) -> None:
    before = published.files()
    (published.folder / name).unlink()

    assert ("books_file_missing", name) in published.verify()
    assert published.publish().written == (name,)
    assert published.files() == before
    assert published.verify() == []


def test_a_seal_that_was_deleted_is_noticed_and_written_again(published: Trust) -> None:
    before = published.files()
    (published.folder / "seal.txt").unlink()

    assert published.verify() == [("books_file_missing", "seal.txt")]
    published.publish()
    assert published.files() == before


def test_a_file_that_was_altered_is_noticed_and_written_again(published: Trust) -> None:
    name = "2003-04/actual-P01.beancount"
    before = published.files()
    edit(published.folder / name, lambda text: text.replace("100.00", "900.00"))

    noticed = published.verify()

    assert ("books_file_changed", name) in noticed
    assert ("books_journal_changed", "2003-04/000001") in noticed
    assert ("books_differ", "2003-04/actual.beancount") in noticed
    assert published.publish().written == (name,)
    assert published.files() == before


def test_a_journal_taken_out_of_a_file_is_noticed_even_where_every_sum_agrees(
    published: Trust,
) -> None:
    back = "Liabilities:Creditors 1.00 / Assets:HostCash -1.00"
    forth = "Liabilities:Creditors -1.00 / Assets:HostCash 1.00"
    published.post(journal(back, ref="8", day=JUNE), journal(forth, ref="9", day=JUNE))
    published.publish()
    month = published.folder / "2003-04/actual-P03.beancount"
    month.write_text("; nothing\n")

    noticed = published.verify()

    assert noticed == [
        ("books_file_changed", "2003-04/actual-P03.beancount"),
        ("books_journals_differ", "chain"),
        ("books_journals_differ", "chain"),
    ]


def test_books_that_differ_from_the_record_are_withheld_and_the_difference_is_named(
    published: Trust,
) -> None:
    before = published.files()
    published.forge(
        "UPDATE balance SET pence = pence + 1 "
        "WHERE book = 'actual' AND period = 2 AND account LIKE '%FosterCare'"
    )

    publication = published.publish()

    assert publication.withheld
    assert published.files() == before
    differing = [p for p in publication.problems if p.code == "books_differ"]
    assert [(p.message, p.where) for p in differing] == [
        (
            (
                "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service fostering, "
                "outcome stay_safe: the books come to £100.00 and the record to £100.01."
            ),
            "2003-04/actual.beancount",
        )
    ]
    assert ("books_differ", "2003-04/actual.beancount") in published.verify()


def test_a_posting_altered_in_the_database_is_withheld(published: Trust) -> None:
    published.forge("UPDATE posting SET service = 'therapy' WHERE journal_id = 3 AND line = 1")
    published.post(journal(SPEND, ref="7", day=MAY))

    problems = published.publish().problems

    assert [(p.code, p.where) for p in problems if p.code != "books_differ"] == [
        ("books_journal_changed", "2003-04/000003")
    ]
    assert [p.message for p in problems if p.code == "books_differ"] == [
        (
            "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service fostering, outcome "
            "stay_safe: the books come to £100.00 and the record to £200.00."
        ),
        (
            "2003-04 P02, fund general, Expenses:ThirdParty:FosterCare, service therapy, outcome "
            "stay_safe: the books come to £100.00 and the record to £0.00."
        ),
    ]


def test_a_narration_altered_in_the_database_is_withheld(published: Trust) -> None:
    published.forge(
        "UPDATE journal SET narration = 'Something else' WHERE number = '2003-04/000003'"
    )
    published.post(journal(SPEND, ref="7", day=MAY))

    problems = published.publish().problems

    assert [(p.code, p.where) for p in problems] == [("books_text_changed", "2003-04/000003")]


def test_a_fund_whose_code_beancount_cannot_hold_is_withheld_and_not_lost(
    published: Trust,
) -> None:
    published.forge("UPDATE fund SET conditions = 'For \"fostering\"' WHERE code = 'general'")
    assert published.publish().problems == ()

    published.forge(
        "INSERT INTO fund SELECT 'a b', title, kind, legal_basis, host, pool_manager, "
        "conditions, may_be_spent_on, starts, ends FROM fund WHERE code = 'general'"
    )
    published.post(journal(SPEND, ref="7", day=MAY, fund="a b"))

    assert {p.code for p in published.publish().problems} >= {
        "books_not_accepted",
        "books_journals_differ",
    }


def test_why_books_were_withheld_is_kept_in_the_record(published: Trust) -> None:
    published.forge("UPDATE balance SET pence = 1 WHERE book = 'budget' AND pence < 0")
    publication = published.publish()

    with transaction(published.engine) as session:
        note(session, publication)

    with reading(published.engine) as session:
        head, problems = session.exec(
            select(PublicationRow.head_sequence, PublicationRow.problems)
        ).one()
    assert head == 6
    assert {problem["code"] for problem in json.loads(problems)} == {
        "books_differ",
        "books_not_accepted",
    }


def test_books_are_verified_as_at_when_they_were_published(published: Trust) -> None:
    published.post(journal(SPEND, ref="7", day=MAY), journal(OWED, ref="8", fund="camhs"))

    assert published.verify() == []


def test_books_of_another_record_are_noticed(published: Trust) -> None:
    published.forge(
        f"UPDATE journal SET hash = '{'a' * 64}' WHERE sequence = 6",
        f"UPDATE chain_head SET hash = '{'a' * 64}'",
    )

    noticed = published.verify()

    assert ("books_head_differs", "manifest.json") in noticed
    assert ("books_journals_differ", "chain") in noticed


def test_a_journal_forged_with_a_new_hash_in_record_and_books_alike_breaks_the_chain(
    published: Trust,
) -> None:
    with reading(published.engine) as session:
        stored = journals.by_number(session, "2003-04/000003")
    assert stored is not None
    assert stored.posted is not None
    forged = journal_hash(replace(stored.posted, posted_by=APPROVER))
    published.forge(
        f"UPDATE journal SET posted_by = '{APPROVER}', hash = '{forged}' WHERE sequence = 3"
    )
    (published.folder / "manifest.json").unlink()
    assert not published.publish().withheld

    assert published.verify() == [("books_chain_broken", "2003-04/000004")]


def test_there_is_nothing_to_verify_before_books_are_published(trust: Trust) -> None:
    assert trust.verify() == [("books_not_published", "manifest.json")]
    assert books_for_fava(trust.folder) == []


def test_a_publication_broken_off_in_the_middle_is_mended_by_the_next(published: Trust) -> None:
    manifest = (published.folder / "manifest.json").read_bytes()
    published.post(journal(SPEND, ref="7", day=MAY), journal(SPEND, ref="8", day=JUNE))
    published.publish()
    whole = published.files()
    (published.folder / "manifest.json").write_bytes(manifest)
    (published.folder / "2003-04/actual.beancount").write_text("; half")
    (published.folder / ".staging").mkdir()
    (published.folder / ".staging/left").write_text("over")

    assert not published.publish().withheld

    assert published.files() == whole
    assert published.verify() == []


def test_books_are_made_anew_where_the_manifest_cannot_be_read(published: Trust) -> None:
    before = published.files()
    (published.folder / "manifest.json").write_text("{")

    assert len(published.publish().written) == 16
    assert published.files() == before


def test_the_next_year_begins_with_what_the_last_one_left(published: Trust) -> None:
    published.open(FinancialYear(2004))
    published.post(
        journal(
            "Liabilities:Creditors 300.00 / Assets:HostCash -300.00",
            ref="7",
            day=date(2004, 4, 30),
        )
    )
    assert not published.publish().withheld

    mains = books_for_fava(published.folder)
    assert [str(path.relative_to(published.folder)) for path in mains] == [
        "2004-05/actual.beancount",
        "2003-04/actual.beancount",
        "2004-05/commitment.beancount",
        "2003-04/commitment.beancount",
        "2004-05/budget.beancount",
        "2003-04/budget.beancount",
        "summary.beancount",
    ]
    assert [bean_check(path) for path in mains] == [(0, "")] * 7
    assert published.verify() == []
    assert by_fund_and_account(trial_balance(mains[0])) == {
        ("camhs", "Assets:Debtors:Partners"): Money(50000),
        ("camhs", "Equity:FundBalance"): Money(-50000),
        ("general", "Assets:HostCash"): Money(-30000),
        ("general", "Equity:FundBalance"): Money(30000),
    }
    assert trial_balance(published.folder / "2004-05/budget.beancount") == {}


def test_a_late_journal_in_the_old_year_changes_what_the_new_one_begins_with(
    published: Trust,
) -> None:
    published.open(FinancialYear(2004))
    published.publish()
    march = Period(FinancialYear(2003), 13)
    published.post(journal(SPEND, ref="7", day=date(2004, 3, 31), period=march))

    publication = published.publish()

    assert publication.written == (
        "2003-04/actual-P13.beancount",
        "2003-04/balances-actual.beancount",
        "2003-04/summary-actual.beancount",
        "2004-05/opening-actual.beancount",
        "2004-05/balances-actual.beancount",
    )
    assert published.verify() == []


def test_only_the_latest_years_may_be_asked_for(published: Trust) -> None:
    published.open(FinancialYear(2004))
    published.publish()

    names = [
        str(path.relative_to(published.folder))
        for path in books_for_fava(published.folder, years=1)
    ]

    assert names == [
        "2004-05/actual.beancount",
        "2004-05/commitment.beancount",
        "2004-05/budget.beancount",
        "summary.beancount",
    ]


def test_keyed_journals_and_reversals_are_published_with_both_people(trust: Trust) -> None:
    with transaction(trust.engine) as session:
        waiting = posting.submit(session, journal(SPEND, ref="k"), by=CLERK, at=AT)
        number = posting.post_submitted(session, waiting, by=APPROVER, at=AT)
        undo = posting.reverse(session, number, reason="keyed twice", by=CLERK, at=AT)
        posting.post_submitted(session, undo, by=APPROVER, at=AT)

    assert not trust.publish().withheld

    month = (trust.folder / "2003-04/actual-P01.beancount").read_text()
    assert month.count('author: "h.clerk"\n  authored-by: "person"\n  posted-by: "p.approver"') == 2
    assert f'reverses: "{number}"' in month
    assert trust.verify() == []


def test_two_who_publish_at_once_wait_for_each_other(published: Trust) -> None:
    published.post(journal(SPEND, ref="7", day=MAY))
    results: list[Publication] = []
    threads = [
        threading.Thread(target=lambda: results.append(published.publish())) for _ in range(2)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(len(result.written) for result in results) == [0, 3]
    assert published.verify() == []


def test_words_with_quotes_do_not_break_the_books(trust: Trust) -> None:
    trust.forge("UPDATE trust SET name = 'The \"Weald\" \\ trust'")
    trust.forge("UPDATE fund SET title = 'A \"fund\" \\', conditions = 'One\ntwo \"three\"'")

    assert not trust.publish().withheld

    assert trust.verify() == []


def test_of_a_fault_in_every_journal_the_first_fifty_are_named_and_the_rest_counted() -> None:
    found = shortened(
        Problem(code, f"{code} {number}.") for code in ("one", "other") for number in range(60)
    )

    assert len(found) == 102
    assert found[-1] == Problem("other", "10 such problems are not shown.")


def test_a_file_that_cannot_be_read_at_all_is_a_problem(tmp_path: Path) -> None:
    missing, spoilt = tmp_path / "missing.beancount", tmp_path / "spoilt.beancount"
    spoilt.write_bytes(b'2003-04-01 * "\xff"\n')

    found = list(opinions_on([missing, spoilt]))

    assert [opinion.problems[0].code for opinion in found] == ["books_not_accepted"] * 2


def test_the_manifest_says_how_many_journals_each_month_holds(published: Trust) -> None:
    manifest = Manifest.read(published.folder)

    assert manifest is not None
    april = manifest.files["2003-04/actual-P01.beancount"]
    assert (april.journals, april.last_sequence) == (2, 2)
    assert manifest.head.sequence == 6
