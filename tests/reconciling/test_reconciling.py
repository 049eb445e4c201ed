"""The bank beside the books: taken in once and whole, matched when certain, agreed to the penny."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError

from ledger.journal import AuthoredBy
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, CLERK, YEAR, journal
from trust_commissioning import posting, reconciling
from trust_commissioning.checking import check
from trust_commissioning.files.bank_statement import read_statement
from trust_commissioning.reconciling import BankLoaded
from trust_commissioning.reconciling.matching import certain
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.bank_reconciliation import Reconciled, reconciled
from trust_commissioning.reports.left_to_do import items
from trust_commissioning.store import bank, reading, transaction
from trust_commissioning.store.bank import BankAccount, BankLine, Entry
from trust_commissioning.store.journals import Search, search_totals

CASH = BankAccount("Assets:HostCash")
MAY = (
    b"Date,Description,Reference,Paid in,Paid out,Balance\n"
    b"01/05/2003,WEALD PCT GRANT,,1000.00,,1500.00\n"
    b"02/05/2003,BACS OAKFIELD,INV-0042,,250.00,1250.00\n"
    b"06/05/2003,CHQ 000123,,,80.50,1169.50\n"
    b"30/05/2003,BANK CHARGE,,,12.00,1157.50\n"
)
JUNE = (
    b"Date,Description,Reference,Paid in,Paid out,Balance\n03/06/2003,CHQ 000124,,,57.50,1100.00\n"
)


def enter(engine: Engine, *said: tuple[str, str, int], month: int = 5) -> list[str]:
    """Cash moved by some pounds, under a reference, on a day of a month of 2003."""
    wanted = [
        journal(
            f"Assets:HostCash {amount}/Expenses:Unallocated {(-Money.parse(amount)).plain}",
            ref=ref,
            day=date(2003, month, day),
        )
        for amount, ref, day in said
    ]
    with transaction(engine) as session:
        return posting.post_many(session, wanted, by=CLERK, at=AT, authored_by=AuthoredBy.RULE)


def take_in(
    engine: Engine, data: bytes = MAY, *, of: BankAccount = CASH, closing: Money | None = None
) -> BankLoaded:
    with transaction(engine) as session:
        return reconciling.load_statement(
            session, data, name="may.csv", of=of, by=CLERK, at=AT, closing=closing
        )


def drawn_up(engine: Engine, by: date = date(2003, 5, 31)) -> Reconciled:
    with reading(engine) as session:
        found = reconciled(session, CASH, by)
    assert found is not None
    return found


def refused(engine: Engine, data: bytes, **said: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as stopped:
        take_in(engine, data, **said)  # type: ignore[arg-type]
    return stopped.value.codes


# --- taking in ----------------------------------------------------------------------------------


def test_a_statement_is_taken_in_once_and_posts_nothing(engine: Engine) -> None:
    first, again = take_in(engine), take_in(engine)

    assert (first.rows_taken, first.opening.plain, first.closing.plain) == (4, "500.00", "1157.50")
    assert (again.rows_taken, again.rows_loaded_before, again.batch) == (0, 4, None)
    assert first.as_json()["journals"] == first.as_json()["rows_posted"] == 0
    with reading(engine) as session:
        assert search_totals(session, Search())[0] == 0
        assert check(session) == []


def test_a_file_that_overlaps_the_last_one_adds_only_what_is_new(engine: Engine) -> None:
    take_in(engine)
    longer = take_in(engine, MAY + JUNE.split(b"\n")[1] + b"\n")

    assert (longer.rows_taken, longer.rows_loaded_before) == (1, 4)
    assert longer.opening.plain == "1157.50"


def test_the_newest_line_may_stand_first(engine: Engine) -> None:
    head, *lines = MAY.splitlines()

    turned = take_in(engine, b"\n".join([head, *reversed(lines)]))

    assert (turned.opening.plain, turned.closing.plain) == ("500.00", "1157.50")


def test_two_lines_that_are_alike_are_two_lines(engine: Engine) -> None:
    twice = b"Date,Description,Amount\n01/05/2003,Fee,-5.00\n01/05/2003,Fee,-5.00\n"

    first = take_in(engine, twice, closing=Money.parse("90.00"))
    again = take_in(engine, twice, closing=Money.parse("90.00"))

    assert (first.rows_taken, first.opening.plain, again.rows_taken) == (2, "100.00", 0)


@pytest.mark.parametrize(
    ("spoilt", "codes"),
    [
        (MAY.replace(b"1250.00", b"1250.01"), ("bank_balance_broken",)),
        (MAY.replace(b"06/05/2003,CHQ 000123,,,80.50,1169.50\n", b""), ("bank_balance_broken",)),
        (MAY.replace(b"80.50,", b"8O.50,"), ("amount_not_readable",)),
        (MAY.replace(b"06/05/2003", b"31/04/2003"), ("date_not_readable",)),
        (MAY.replace(b"Paid out", b"Money"), ("bank_column_missing",)),
        (b"Date,Description,Amount\n01/05/2003,Fee,-5.00\n", ("bank_balance_missing",)),
        (b"A,B\n1,2\n", ("headings_not_found",)),
    ],
)
def test_a_statement_with_anything_wrong_is_not_taken_in(
    engine: Engine, spoilt: bytes, codes: tuple[str, ...]
) -> None:
    assert refused(engine, spoilt) == codes
    with reading(engine) as session:
        assert bank.accounts(session) == ()


def test_a_statement_that_does_not_follow_on_the_last_one_is_refused(engine: Engine) -> None:
    take_in(engine)

    assert refused(engine, JUNE.replace(b"1100.00", b"1099.00")) == (
        "bank_statement_does_not_follow",
    )
    assert take_in(engine, JUNE).rows_taken == 1


def test_one_bank_account_is_of_one_fund_or_of_all_of_them(engine: Engine) -> None:
    take_in(engine)

    assert refused(engine, JUNE, of=BankAccount("Assets:HostCash", "general")) == (
        "bank_account_kept_otherwise",
    )
    assert refused(engine, JUNE, of=BankAccount("Expenses:Unallocated", "nowhere")) == (
        "bank_account_unfit",
        "fund_unknown",
    )


# --- matching -----------------------------------------------------------------------------------


def test_what_prints_the_reference_or_is_alone_on_its_day_is_matched_by_itself(
    engine: Engine,
) -> None:
    enter(engine, ("1000.00", "grant", 1), ("-250.00", "INV-0042", 29), ("-80.50", "x", 7))

    loaded = take_in(engine)

    assert loaded.matched == 2
    left = drawn_up(engine)
    assert [one.reference for one in left.not_on_statement] == ["x"], "a day apart is not certain"
    assert [one.words for one in left.not_in_books] == [
        "Balance brought forward",
        "CHQ 000123",
        "BANK CHARGE",
    ]


def test_of_two_postings_of_one_amount_in_a_week_none_is_certain(engine: Engine) -> None:
    enter(engine, ("-80.50", "a", 6), ("-80.50", "b", 9))

    assert take_in(engine).matched == 0


def test_a_line_and_a_posting_are_in_one_match_only(engine: Engine) -> None:
    enter(engine, ("-80.50", "a", 8), ("-80.50", "b", 9))
    take_in(engine)
    line = next(one for one in drawn_up(engine).not_in_books if one.words == "CHQ 000123")
    first, second = drawn_up(engine).not_on_statement

    with transaction(engine) as session:
        turn = reconciling.match_by_hand(session, CASH, [line.key], [first.key], by=CLERK, at=AT)
    for lines, postings in (([line.key], [second.key]), ([], [first.key, second.key])):
        with pytest.raises(Refused) as again, transaction(engine) as session:
            reconciling.match_by_hand(session, CASH, lines, postings, by=CLERK, at=AT)
        assert again.value.codes == ("bank_match_not_free",)
    with pytest.raises(DatabaseError), transaction(engine) as session:
        session.execute(text(f"INSERT INTO bank_match_posting VALUES ({first.key[0]}, 1, {turn})"))

    with transaction(engine) as session:
        reconciling.take_apart(session, CASH, turn, by=CLERK, at=AT)
    assert line in drawn_up(engine).not_in_books


def test_what_does_not_come_to_the_same_is_not_matched(engine: Engine) -> None:
    enter(engine, ("-80.00", "a", 8), ("-0.51", "b", 8))
    take_in(engine)
    line = next(one for one in drawn_up(engine).not_in_books if one.words == "CHQ 000123")
    postings = [one.key for one in drawn_up(engine).not_on_statement]

    with pytest.raises(Refused) as differs, transaction(engine) as session:
        reconciling.match_by_hand(session, CASH, [line.key], postings, by=CLERK, at=AT)

    assert "they differ by £0.01" in str(differs.value)


def test_only_those_who_load_files_match_and_take_in(engine: Engine) -> None:
    with pytest.raises(Refused) as stopped, transaction(engine) as session:
        reconciling.match_certain(session, CASH, by=APPROVER, at=AT)

    assert stopped.value.codes == ("not_permitted",)


# --- agreed to the penny -------------------------------------------------------------------------


def test_the_books_with_what_either_has_alone_come_to_the_statement_to_the_penny(
    engine: Engine,
) -> None:
    enter(engine, ("500.00", "before", 1), month=4)
    enter(engine, ("1000.00", "grant", 1), ("-250.00", "INV-0042", 2), ("-99.99", "late", 31))
    take_in(engine)
    (before,) = [one for one in drawn_up(engine).not_on_statement if one.reference == "before"]
    forward = drawn_up(engine).not_in_books[0]
    with transaction(engine) as session:
        reconciling.match_by_hand(session, CASH, [forward.key], [before.key], by=CLERK, at=AT)

    found = drawn_up(engine)

    # 500 + 1,000 - 250 in the books; the cheque of 80.50 and the charge of 12 are not.
    assert (found.in_books.plain, found.unpresented.plain) == ("1250.00", "0.00")
    assert (found.to_enter.plain, found.comes_to.plain) == ("-92.50", "1157.50")
    assert (found.statement.closing.plain, found.apart.plain) == ("1157.50", "0.00")
    with reading(engine) as session:
        report = REPORTS["bank-reconciliation"](session, Scope(None, YEAR, 2), AT)
        (left,) = [one for one in items(session, Period(YEAR, 2)) if one.key == "bank"]
    assert report.rows[0]["apart"] == Money(0)
    assert (left.count, left.amount.plain, left.must_be_none) == (2, "-92.50", False)


def test_as_at_an_earlier_statement_what_was_matched_later_stood_open(engine: Engine) -> None:
    enter(engine, ("-57.50", "CHQ 000124", 31))
    take_in(engine)
    take_in(engine, JUNE)

    june, may = drawn_up(engine, date(2003, 6, 30)), drawn_up(engine)

    assert may.statement.ends == date(2003, 5, 30)
    assert (may.in_books.plain, may.unpresented.plain, may.apart.plain) == ("0.00", "0.00", "0.00")
    assert june.not_on_statement == ()
    assert (june.in_books.plain, june.apart.plain) == ("-57.50", "0.00")


def test_a_journal_and_its_reversal_are_matched_with_each_other(engine: Engine) -> None:
    (number,) = enter(engine, ("-80.50", "wrong", 8))
    take_in(engine)
    with transaction(engine) as session:
        id = posting.reverse(session, number, reason="Twice", by=CLERK, at=AT, day=date(2003, 5, 9))
        posting.post_submitted(session, id, by=APPROVER, at=AT)
    both = [one.key for one in drawn_up(engine).not_on_statement]

    with transaction(engine) as session:
        reconciling.match_by_hand(session, CASH, [], both, by=CLERK, at=AT)

    assert drawn_up(engine).not_on_statement == ()


_AMOUNTS = st.integers(-300, 300).filter(bool).map(Money)
_DAYS = st.dates(date(2003, 5, 1), date(2003, 5, 12))


@given(
    st.lists(st.tuples(_AMOUNTS, _DAYS), max_size=8),
    st.lists(st.tuples(_AMOUNTS, _DAYS), max_size=8),
)
def test_what_is_matched_by_itself_is_of_one_amount_and_in_one_match(
    theirs: list[tuple[Money, date]], ours: list[tuple[Money, date]]
) -> None:
    lines = [
        BankLine(batch="B", row=row, day=day, amount=amount, words="", reference="")
        for row, (amount, day) in enumerate(theirs, 1)
    ]
    entries = [
        Entry(
            journal_id=id,
            line=1,
            number="",
            day=day,
            amount=amount,
            narration="",
            payee="",
            reference="",
        )
        for id, (amount, day) in enumerate(ours, 1)
    ]

    pairs = list(certain(lines, entries))

    assert all((a.amount, a.day) == (b.amount, b.day) for a, b in pairs)
    assert len({a.key for a, _ in pairs}) == len({b.key for _, b in pairs}) == len(pairs)


@given(st.lists(_AMOUNTS, min_size=1, max_size=12), st.booleans())
def test_opening_and_lines_come_to_the_closing_balance_whichever_way_round(
    amounts: list[Money], turned: bool
) -> None:
    rows, now = [], Money.parse("1000.00")
    for day, amount in enumerate(amounts, 1):
        now += amount
        rows.append(f"{day:02d}/05/2003,x,{amount.plain},{now.plain}")
    text_of = "\n".join(["Date,Description,Amount,Balance", *(rows[::-1] if turned else rows)])

    file = read_statement(text_of.encode(), name="a.csv")

    assert file.problems == []
    assert file.closing is not None
    assert (file.closing - file.total).plain == "1000.00"
