"""The page of the bank: a statement taken in, matched, led to journal entry, agreed."""

from datetime import date

from sqlalchemy import Engine

from ledger.journal import AuthoredBy
from tests.dashboards.conftest import Open, seen
from tests.dashboards.test_entering import press
from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, journal
from trust_commissioning import posting, reconciling
from trust_commissioning.store import bank, reading, transaction
from trust_commissioning.store.bank import BankAccount

CASH = BankAccount("Assets:HostCash")
MAY = (
    b"Date,Description,Reference,Amount,Balance\n"
    b"01/05/2003,GRANT,,1000.00,1000.00\n"
    b"30/05/2003,BANK CHARGE,,-12.00,988.00\n"
)


def taken_in(engine: Engine) -> None:
    grant = journal(
        "Assets:HostCash 1000.00/Expenses:Unallocated -1000.00", ref="g", day=date(2003, 5, 2)
    )
    with transaction(engine) as session:
        posting.post_many(session, [grant], by=CLERK, at=AT, authored_by=AuthoredBy.RULE)
        reconciling.load_statement(session, MAY, name="may.csv", of=CASH, by=CLERK, at=AT)


def test_a_statement_is_taken_in_on_the_page_and_nothing_is_posted(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "bank")
    assert "No bank statement has been taken in yet." in seen(page)
    page.file_uploader[0].set_value(("may.csv", MAY, "text/csv"))
    next(box for box in page.selectbox if box.label == "Account").select("Assets:HostCash")
    page.run()
    press(page, "Take it in")

    assert (
        "2 lines taken in, 0 lines there before, 0 matched by itself. Nothing was posted."
        in seen(page)
    )
    with reading(engine) as session:
        assert bank.accounts(session) == (CASH,)


def test_what_is_matched_by_hand_leaves_the_lists_and_the_account_agrees(
    look: Open, engine: Engine
) -> None:
    taken_in(engine)
    page = look(CLERK, "bank")
    assert "On the statement and not in the books: 2 lines" in seen(page)
    lines, entries = page.multiselect
    lines.select(lines.options[0])
    entries.select(entries.options[0])
    press(page, "Match them")

    assert "They are matched." in seen(page)
    assert "On the statement and not in the books: 1 line" in seen(page)
    assert "Every posting is matched with the bank." in seen(page)
    assert "Agrees" in seen(page)


def test_a_charge_of_the_bank_leads_to_journal_entry_filled_in_and_posts_nothing(
    look: Open, engine: Engine
) -> None:
    taken_in(engine)
    assert '<a href="/journal-entry?bank=B-00001%2F3"' in seen(look(CLERK, "bank"))

    page = look(CLERK, "journal_entry", bank="B-00001/3")

    assert [b.value for b in page.text_input if b.label == "What it is for"] == ["BANK CHARGE"]
    assert [b.value for b in page.text_input if b.label == "Credit (£)"] == ["12.00", "", ""]
    assert [b.value for b in page.text_input if b.label == "Debit (£)"] == ["", "12.00", ""]
    account = next(box for box in page.selectbox if box.label == "Line 1: account")
    assert account.value == "Assets:HostCash"
    assert page.date_input[0].value == date(2003, 5, 30)
    with reading(engine) as session:
        assert len(bank.entries(session, CASH)) == 1


def test_an_auditor_and_an_approver_see_it_and_change_nothing(look: Open, engine: Engine) -> None:
    taken_in(engine)

    for who in (AUDITOR, APPROVER):
        page = look(who, "bank")
        assert "Reconciliation as at 30 May 2003" in seen(page)
        assert not page.multiselect
        assert not page.button
