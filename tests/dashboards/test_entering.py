"""Keying a journal, handing it over, having it posted by somebody else."""

from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AUDITOR, CLERK, journal
from trust_commissioning import clock, posting
from trust_commissioning.store import journals, reading, transaction

CARE, CASH = "Expenses:ThirdParty:FosterCare", "Assets:HostCash"


def choose(page: AppTest, label: str, value: str, place: int = 0) -> None:
    box = [one for one in page.selectbox if one.label == label][place]
    box.select(value)


def type_in(page: AppTest, label: str, value: str, place: int = 0) -> None:
    box = [one for one in page.text_input if one.label == label][place]
    box.set_value(value)


def press(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click()
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def key_a_placement(page: AppTest, *, credit: str = "250.00") -> None:
    choose(page, "Fund", "general")
    type_in(page, "What it is for", "A placement")
    choose(page, "Line 1: account", CARE)
    choose(page, "Service", "fostering", 0)
    choose(page, "Outcome", "stay_safe", 0)
    type_in(page, "Debit (£)", "250.00", 0)
    choose(page, "Line 2: account", CASH)
    type_in(page, "Credit (£)", credit, 1)
    page.run()


def submitted(engine: Engine) -> list[journals.StoredJournal]:
    with reading(engine) as session:
        return journals.waiting(session, status="submitted")


def test_the_balance_is_told_while_the_journal_is_keyed(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    assert "No amounts yet" in seen(page)

    key_a_placement(page, credit="249.99")
    assert "The debits are £0.01 too many" in seen(page)

    type_in(page, "Credit (£)", "250.00", 1)
    page.run()
    assert "It balances" in seen(page)


def test_a_keyed_journal_waits_for_somebody_else(look: Open, engine: Engine) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page)

    press(page, "Submit for posting")

    assert "Submitted. Somebody else posts it." in seen(page)
    assert "Waits to be posted" in seen(page)
    (waiting,) = submitted(engine)
    assert (waiting.author, waiting.journal.source) == (CLERK, "keyed")
    assert str(waiting.journal.debits) == "£250.00"


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(look: Open, engine: Engine) -> None:
    page = look(CLERK, "journal_entry")
    choose(page, "Line 1: account", CARE)
    type_in(page, "Debit (£)", "12,50", 0)
    page.run()

    press(page, "Submit for posting")

    for message in (
        "is not an amount of money",
        "A journal has at least two postings",
        "Say in words what the journal is for.",
        "Choose the fund.",
    ):
        assert message in seen(page)
    assert submitted(engine) == []


def test_what_was_wrong_goes_away_as_it_is_mended(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    press(page, "Submit for posting")
    assert "Say in words" in seen(page)

    type_in(page, "What it is for", "A placement")
    page.run()

    assert "Say in words" not in seen(page)
    assert "Choose the fund." in seen(page)


def test_a_draft_may_be_kept_wrong_and_taken_up_again(look: Open, engine: Engine) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page, credit="1.00")
    press(page, "Save as a draft")
    assert "Saved as a draft." in seen(page)

    page = look(CLERK, "journal_entry")
    press(page, "Open")
    assert "The debits are £249.00 too many" in seen(page)
    type_in(page, "Credit (£)", "250.00", 1)
    page.run()
    press(page, "Submit for posting")

    (waiting,) = submitted(engine)
    assert str(waiting.journal.debits) == "£250.00"


def test_a_draft_can_be_thrown_away(look: Open, engine: Engine) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page)
    press(page, "Save as a draft")

    press(page, "Throw away")

    with reading(engine) as session:
        assert journals.waiting(session) == []


def test_pasted_lines_are_checked_and_then_fill_the_boxes(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    page.text_area[0].set_value(f"{CARE}\tfostering\tstay_safe\t75.00\t\n{CASH}\t\t\t\t75.00")
    page.run()

    press(page, "Use these lines")

    assert "It balances" in seen(page)
    assert [b.value for b in page.text_input if b.label == "Debit (£)"] == ["75.00", "", ""]


def test_an_auditor_is_told_they_may_not_enter_a_journal(look: Open) -> None:
    page = look(AUDITOR, "board")

    try:
        page.switch_page("app_pages/journal_entry.py")
    except ValueError:
        return
    raise AssertionError("the page is in an auditor's menu")


def waits(engine: Engine, *, by: str = CLERK) -> int:
    with transaction(engine) as session:
        return posting.submit(
            session,
            journal(f"{CARE} 250.00 stay_safe service=fostering/{CASH} -250.00", ref="w"),
            by=by,
            at=clock.now(),
        )


def test_the_approver_sees_what_posting_would_change(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    waits(engine)

    page = look(APPROVER, "approvals")

    assert (
        '<td class="number">£1,500.00</td><td class="number">£250.00</td>'
        '<td class="number">£1,750.00</td>' in seen(page)
    )


def test_another_person_posts_it_and_is_told_its_number(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    waits(engine)
    page = look(APPROVER, "approvals")

    press(page, "Post it")

    assert "Posted as 2003-04/000007." in seen(page)
    assert "No journal waits to be posted." in seen(page)
    assert submitted(engine) == []


def test_whoever_entered_it_is_told_why_they_may_not_post_it(look: Open, engine: Engine) -> None:
    waits(engine, by=APPROVER)

    page = look(APPROVER, "approvals")

    assert "You entered this, so somebody else must post it." in seen(page)
    assert "Post it" not in [button.label for button in page.button]


def test_a_journal_is_sent_back_with_a_reason_its_author_reads(look: Open, engine: Engine) -> None:
    waits(engine)
    page = look(APPROVER, "approvals")
    press(page, "Send back")
    assert "Say why it is sent back." in seen(page)

    type_in(page, "Or send it back, because", "The wrong fund")
    press(page, "Send back")

    assert "Sent back to its author as a draft." in seen(page)
    assert "<dt>Sent back because</dt><dd>The wrong fund</dd>" in seen(look(CLERK, "journal_entry"))


def test_an_author_may_take_back_what_waits(look: Open, engine: Engine) -> None:
    waits(engine)
    page = look(CLERK, "journal_entry")

    press(page, "Take it back")

    assert "It is a draft again." in seen(page)
    assert submitted(engine) == []


def test_a_narration_that_may_identify_a_child_is_asked_about_and_stops_nothing(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page)
    assert "No child may be identified" not in seen(page)

    type_in(page, "What it is for", "A placement, dob unknown")
    page.run()
    assert "This text mentions a date of birth. No child may be identified here" in seen(page)

    press(page, "Submit for posting")
    assert len(submitted(engine)) == 1
    assert "This text mentions a date of birth" in seen(look(APPROVER, "approvals"))


def test_what_was_typed_is_found_again_after_the_browser_was_closed(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page, credit="24,9")
    assert "What you typed is kept by itself" in seen(page)

    page = look(CLERK, "journal_entry")
    assert "A placement: 2 lines, kept on" in seen(page)
    press(page, "Go on")

    assert "is not an amount of money" in seen(page)
    assert [b.value for b in page.text_input if b.label == "Credit (£)"] == ["", "24,9", ""]


def test_what_is_submitted_is_no_longer_offered_as_not_saved(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page)
    press(page, "Submit for posting")

    assert "Typed and not saved" not in [one.value for one in look(CLERK, "journal_entry").header]


def test_a_file_given_with_a_journal_is_shown_to_who_posts_it_and_on_its_page(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "journal_entry")
    key_a_placement(page)
    page.file_uploader[0].set_value(("Invoice 42.pdf", b"%PDF-1.4 x", "application/pdf"))
    page.run()
    press(page, "Submit for posting")

    assert "Invoice 42.pdf, 1 KiB, from Hana Clerk" in seen(look(APPROVER, "approvals"))
    (waiting,) = submitted(engine)
    with transaction(engine) as session:
        number = posting.post_submitted(session, waiting.id, by=APPROVER, at=clock.now())
    assert "Invoice 42.pdf" in seen(look(AUDITOR, "journal", number=number))


def test_a_file_named_after_a_child_is_asked_about_before_it_is_kept(look: Open) -> None:
    page = look(CLERK, "journal_entry")
    named = ("DOB 01-02-1999.pdf", b"%PDF-1.4 x", "application/pdf")
    page.file_uploader[0].set_value(named)
    page.run()

    assert "date of birth" in seen(page)


def test_who_posts_sees_what_a_journal_leaves_to_spend(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    text = f"{CARE} 1000.00 service=fostering stay_safe/{CASH} -1000.00"
    with transaction(engine) as session:
        posting.submit(session, journal(text, ref="x"), by=CLERK, at=clock.now())

    shown = seen(look(APPROVER, "approvals"))

    # A budget of 120,000 for fostering, less 6,000 promised and 2,000 spent; then 1,000 more.
    line = 'Fostering</th><td class="number">£112,000.00</td><td class="number">-£1,000.00</td>'
    assert line + '<td class="number">£111,000.00</td>' in shown
