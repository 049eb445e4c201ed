"""The books are published as Beancount files that agree with the record, or not at all."""

import subprocess
import threading
from datetime import date
from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from ledger.book import Coding, by_fund_and_account, trial_balance
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from tests.publishing.conftest import JUNE, MAY, SPEND, Trust, bean_check
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.publishing import (
    Manifest,
    Publication,
    books_for_fava,
)
from trust_commissioning.publishing.opinion import opinions_on, shortened
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import (
    ChainHeadRow,
)


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
        "figures.json",
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
