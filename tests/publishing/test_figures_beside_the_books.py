"""Our figures beside the books, Beancount's own, and the line a journal stands on."""

import json
from datetime import date
from decimal import Decimal

import pytest
from beancount import loader

from ledger.book import sums_of
from ledger.journal import PostedJournal
from ledger.periods import FinancialYear
from tests.publishing.conftest import OWED, SPEND, Trust, compared
from tests.support.trusts import journal
from trust_commissioning.publishing import Figures, place_of
from trust_commissioning.server.beside_record import Line
from trust_commissioning.store import journals, reading


def said(lines: list[Line]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(line.what, line.measure): (str(line.beancounts), str(line.ours)) for line in lines}


def test_beancounts_figures_and_ours_agree_to_the_penny_in_every_book(published: Trust) -> None:
    actual = compared(published.folder)

    assert actual.differences == 0
    assert actual.sequence == 6
    assert said(actual.funds) == {
        ("camhs", "Income"): ("500.00", "500.00"),
        ("camhs", "Spent"): ("0.00", "0.00"),
        ("camhs", "Closing balance"): ("500.00", "500.00"),
        ("general", "Income"): ("0.00", "0.00"),
        ("general", "Spent"): ("300.00", "300.00"),
        ("general", "Closing balance"): ("-300.00", "-300.00"),
    }
    assert said(actual.outcomes)["Stay safe", "Spent"] == ("300.00", "300.00")
    for name, measure, amount in (
        ("budget", "Budget", "200.00"),
        ("commitment", "Promised", "60.00"),
    ):
        other = compared(published.folder, f"2003-04/{name}.beancount")
        assert other.differences == 0
        assert said(other.funds)["camhs", measure] == (amount, amount)
        assert said(other.outcomes)["Not attributed", measure] == (amount, amount)


def test_a_book_that_was_tampered_with_shows_by_how_much_and_where(published: Trust) -> None:
    month = published.folder / "2003-04" / "actual-P02.beancount"
    text = month.read_text().replace("100.00 GBP", "250.00 GBP")
    month.write_text(text)

    found = compared(published.folder)

    wrong = [line for line in (*found.funds, *found.outcomes) if not line.agrees]
    assert [(line.what, line.measure, str(line.difference)) for line in wrong] == [
        ("general", "Spent", "150.00"),
        ("general", "Closing balance", "-150.00"),
        ("Stay safe", "Spent", "150.00"),
    ]
    assert found.differences == 3


def test_what_a_year_began_with_counts_for_its_balance_and_not_for_its_income(
    published: Trust,
) -> None:
    published.open(FinancialYear(2004))
    published.post(journal(OWED, ref="7", fund="camhs", day=date(2004, 4, 30)))
    published.publish()

    found = compared(published.folder, "2004-05/actual.beancount")

    assert found.differences == 0
    assert said(found.funds)["camhs", "Income"] == ("500.00", "500.00")
    assert said(found.funds)["camhs", "Closing balance"] == ("1000.00", "1000.00")


def test_a_book_without_figures_of_ours_says_so(published: Trust) -> None:
    (published.folder / "figures.json").unlink()

    assert compared(published.folder).head == ""


def test_the_figures_name_the_record_they_are_of_and_are_among_what_is_summed(
    published: Trust,
) -> None:
    found = Figures.read(published.folder)
    manifest = json.loads((published.folder / "manifest.json").read_text())

    assert found.head.hash == manifest["head"]["hash"]
    assert "figures.json" in (published.folder / "SHA256SUMS").read_text()
    assert ("books_file_changed", "figures.json") not in published.verify()


@pytest.mark.parametrize("spoilt", ["", "{}", '{"format": 9}', '{"format": 1, "books": 3}'])
def test_figures_that_cannot_be_read_are_none_and_are_written_again(
    published: Trust, spoilt: str
) -> None:
    before = (published.folder / "figures.json").read_text()
    (published.folder / "figures.json").write_text(spoilt)

    assert Figures.read(published.folder) is None
    published.publish()
    assert (published.folder / "figures.json").read_text() == before


def posted_as(trust: Trust, number: str) -> PostedJournal:
    with reading(trust.engine) as session:
        stored = journals.by_number(session, number)
    assert stored is not None
    assert stored.posted is not None
    return stored.posted


def test_a_journals_line_in_the_published_file_is_found(published: Trust) -> None:
    posted = posted_as(published, "2003-04/000001")

    place = place_of(published.folder, posted)

    lines = (published.folder / place.file).read_text().splitlines()
    assert place.file == "2003-04/actual-P01.beancount"
    assert lines[place.line - 1].startswith('2003-04-30 * "Oakfield"')
    assert place.text.splitlines() == lines[place.line - 1 : place.last_line]
    assert f'hash: "{posted.hash}"' in place.text


def test_a_journal_posted_since_the_last_publication_has_no_line_yet(published: Trust) -> None:
    published.post(journal(SPEND, ref="8"))
    posted = posted_as(published, "2003-04/000007")

    assert place_of(published.folder, posted) is None


def test_the_sums_are_the_query_languages_own() -> None:
    book = """
2003-03-31 open Expenses:Care GBP
2003-03-31 open Income:Grant GBP
2003-03-31 open Assets:Bank GBP
2003-03-31 open Equity:FundBalance GBP
2003-03-31 * "Opening" #f
  Assets:Bank  5.00 GBP
  Equity:FundBalance  -5.00 GBP
2003-04-02 * "Care" #f
  Expenses:Care  1.00 GBP
    outcome: "stay_safe"
  Expenses:Care  2.00 GBP
  Income:Grant  -4.00 GBP
  Assets:Bank  1.00 GBP
"""
    entries, errors, options = loader.load_string(book)

    found = sums_of(entries, errors, options, date(2003, 4, 1))

    assert found.outcomes == {"stay_safe": Decimal("1.00"), "not_attributed": Decimal("2.00")}
    (fund,) = found.funds.values()
    assert (fund.income, fund.spent, fund.closing) == (
        Decimal("4.00"),
        Decimal("3.00"),
        Decimal("6.00"),
    )
