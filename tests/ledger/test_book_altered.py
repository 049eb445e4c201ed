"""Whatever is altered in the published files is noticed, by the files themselves or by the hashes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ledger.book import (
    Coding,
    load,
    problems_in_books,
    read,
    render_asserted,
    render_month,
    render_opening,
    render_summary,
    verify_chain,
)
from ledger.chain import GENESIS, journal_hash
from ledger.journal import (
    Book,
)
from ledger.money import Money
from tests.ledger.test_book import (
    AGENCY,
    APRIL,
    CREDITORS,
    FOSTERING,
    OAKFIELD,
    YEAR,
    post_all,
    write_books,
)


@pytest.mark.parametrize(
    ("places", "credit", "difference"),
    [(".00", "-2600.01", "-0.01"), (".0", "-2600.04", "-0.04")],
)
def test_a_penny_is_a_difference_however_many_places_are_typed(
    tmp_path: Path, places: str, credit: str, difference: str
) -> None:
    text = render_month(Book.ACTUAL, APRIL, post_all(OAKFIELD))
    text = text.replace("1950.00", "1950" + places).replace(" 650.00", " 650" + places)

    problems = problems_in_books(write_books(tmp_path, april=text.replace("-2600.00", credit)))

    assert [(p.code, p.where) for p in problems] == [
        ("books_not_accepted", "april.beancount:3"),
    ]
    assert f"does not balance: ({difference} GBP)" in problems[0].message


def test_an_opening_balance_that_was_altered_is_noticed_by_the_files_themselves(
    tmp_path: Path,
) -> None:
    opening = {
        Coding("general", "2003-04 opening", "Assets:HostCash"): Money(10000),
        Coding("general", "2003-04 opening", "Equity:FundBalance"): Money(-10000),
    }
    text = render_opening(YEAR, opening)

    altered = text.replace(" 100.00 GBP\n  Equity", " 90.00 GBP\n  Equity").replace(
        "Equity:FundBalance  -100.00", "Equity:FundBalance  -90.00"
    )

    assert altered != text
    assert problems_in_books(write_books(tmp_path, opening=text)) == []
    assert {p.code for p in problems_in_books(write_books(tmp_path, opening=altered))} == {
        "books_not_accepted"
    }


def test_the_assertion_of_an_account_holds_the_accounts_below_it(tmp_path: Path) -> None:
    moved = {
        Coding("general", "2003-04 P01", FOSTERING): Money(100),
        Coding("general", "2003-04 P01", AGENCY): Money(20),
        Coding("general", "2003-04 P01", CREDITORS): Money(-120),
    }

    text = render_asserted(YEAR, {}, moved)

    assert [line.split() for line in text.splitlines() if " balance " in line] == [
        ["2003-05-01", "balance", FOSTERING, "1.20", "GBP"],
        ["2003-05-01", "balance", AGENCY, "0.20", "GBP"],
        ["2003-05-01", "balance", CREDITORS, "-1.20", "GBP"],
    ]
    assert problems_in_books(write_books(tmp_path, s=render_summary(moved), a=text)) == []


def test_period_13_is_asserted_together_with_march() -> None:
    moved = {
        Coding("general", "2003-04 P12", CREDITORS): Money(100),
        Coding("general", "2003-04 P13", CREDITORS): Money(20),
    }

    text = render_asserted(YEAR, {}, moved)

    assert [line.split() for line in text.splitlines() if " balance " in line] == [
        ["2004-04-01", "balance", CREDITORS, "1.20", "GBP"]
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "codes"),
    [
        ("Oakfield invoice", "Ashfield invoice", ["books_text_changed"]),
        ("p.posted", "p.keyed", ["books_journal_changed"]),
        ("#s31-disability", "#general", ["books_journal_changed"]),
        ('outcome: "be_healthy"', 'outcome: "stay_safe"', ["books_journal_changed"]),
        ('service: "foster-care"', 'service: "other"', ["books_journal_changed"]),
        ('contract: "C-0007/02"', 'contract: "C-0007/03"', ["books_journal_changed"]),
        ("2003-04-30 *", "2003-04-29 *", ["books_journal_changed"]),
        ("document-day: 2003-03-28", "document-day: 2003-03-27", ["books_journal_changed"]),
        ('period: "2003-04 P01"', 'period: "April"', ["books_journal_unreadable"]),
        (
            f"{GENESIS[:63]}0",
            f"{GENESIS[:63]}1",
            ["books_journal_changed", "books_chain_broken"],
        ),
    ],
)
def test_a_published_journal_that_was_altered_is_noticed_from_the_files_alone(
    tmp_path: Path, was: str, becomes: str, codes: list[str]
) -> None:
    text = render_month(Book.ACTUAL, APRIL, post_all(OAKFIELD))
    assert was in text

    altered = write_books(tmp_path, april=text.replace(was, becomes))

    assert [p.code for p in verify_chain(load(altered).entries)] == codes


def test_a_journal_taken_out_of_the_books_is_noticed(tmp_path: Path) -> None:
    posted = post_all(OAKFIELD, OAKFIELD, OAKFIELD)
    text = render_month(Book.ACTUAL, APRIL, [posted[0], posted[2]])

    problems = verify_chain(load(write_books(tmp_path, april=text)).entries)

    assert [(p.code, p.where) for p in problems] == [("books_chain_broken", "2003-04/000003")]


def test_a_journal_rewritten_with_a_new_hash_breaks_the_chain_after_it(tmp_path: Path) -> None:
    posted = post_all(OAKFIELD, OAKFIELD)
    forged = replace(posted[0], posted_by="p.other")
    text = render_month(Book.ACTUAL, APRIL, [replace(forged, hash=journal_hash(forged)), posted[1]])

    problems = verify_chain(load(write_books(tmp_path, april=text)).entries)

    assert [(p.code, p.where) for p in problems] == [("books_chain_broken", "2003-04/000002")]


def test_part_of_a_penny_in_the_books_is_a_problem(tmp_path: Path) -> None:
    text = render_month(Book.ACTUAL, APRIL, post_all(OAKFIELD))
    text = text.replace("1950.00", "1950.005").replace("-2600.00", "-2600.005")

    reading = read(write_books(tmp_path, april=text))

    assert [p.code for p in reading.problems] == [
        "books_journal_unreadable",
        "books_not_whole_pence",
    ]
    assert reading.balances == {}
