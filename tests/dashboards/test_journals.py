"""The list of journals, and one journal down to its source."""

from sqlalchemy import Engine

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import APPROVER, AUDITOR, CLERK
from trust_commissioning import clock, posting
from trust_commissioning.importing.loading import load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import transaction

EXTRACT = b"Date,Supplier,Purpose,Amount\n30/04/2003,Kestrel House,Short breaks,100.00\n"


def test_the_list_says_how_many_there_are_and_what_they_come_to(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "journals", book="actual")

    assert "4 journals, £103,123.45 of debits." in seen(page)


def test_money_owed_promised_and_allowed_is_never_added_together(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "journals")

    assert "6 journals in all books." in seen(page)
    assert "of debits" not in seen(page)


def test_a_figure_of_the_board_is_the_sum_of_the_list_it_leads_to(
    look: Open, filled: list[str]
) -> None:
    page = look(
        AUDITOR,
        "journals",
        book="actual",
        year="2003-04",
        to="3",
        account="Expenses",
        outcome="be_healthy",
    )

    assert "2 journals, £40,500.00 of postings so coded." in seen(page)


def test_a_search_is_in_the_address(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journals", book="actual")

    page.text_input(key="journals-words").set_value("weald therapies").run()

    assert page.query_params["words"] == "weald therapies"
    assert "1 journal, £40,000.00 of debits." in seen(page)


def test_a_search_that_finds_nothing_says_what_to_do(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journals", words="nobody at all")

    assert "No posted journal is like that." in seen(page)


def test_each_journal_leads_to_its_own_page(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journals", words="Sundry")

    assert f'href="/journal?number={filled[5].replace("/", "%2F")}"' in seen(page)


def test_what_somebody_typed_is_shown_and_never_run(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journals")

    assert "Placements &lt;b&gt;April&lt;/b&gt;" in seen(page)
    assert "<b>April" not in seen(page)


def test_the_first_day_has_no_journals_and_says_so(look: Open) -> None:
    assert "Nothing has been posted yet" in seen(look(AUDITOR, "journals"))


def test_a_journal_shows_its_postings_with_debits_apart_from_credits(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "journal", number=filled[2])

    assert page.title[0].value == f"Journal {filled[2]}"
    assert "Oakfield Fostering" in seen(page)
    assert '<td class="number">£1,500.00</td><td class="number"></td>' in seen(page)
    assert '<td class="number"></td><td class="number">£2,000.00</td>' in seen(page)


def test_a_journal_says_who_entered_and_who_posted_it(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journal", number=filled[2])

    assert "<dt>Entered by</dt><dd>Hana Clerk</dd>" in seen(page)
    assert "<dt>Posted by</dt><dd>Hana Clerk</dd>" in seen(page)


def test_a_journal_leads_to_itself_in_the_books(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journal", number=filled[0])

    assert (
        "/books/2003-04-budget-wealdshire-childrens-trust/journal/?filter=number%3A%22"
        "%5E2003-04%2F000001%24%22" in seen(page)
    )


def test_a_number_nobody_has_used_is_said_to_be_none(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journal", number="2003-04/999999")

    assert "There is no posted journal 2003-04/999999." in seen(page)


def test_a_journal_of_a_file_shows_the_row_it_was_made_from(look: Open, engine: Engine) -> None:
    with transaction(engine) as session:
        loaded = load_spend(
            session,
            EXTRACT,
            name="april.csv",
            options=SpendOptions(fund="general"),
            by=CLERK,
            at=clock.now(),
        )

    page = look(AUDITOR, "journal", number=str(loaded.first_journal))

    assert "<dt>File</dt><dd>april.csv</dd>" in seen(page)
    assert "<dt>Row</dt><dd>2</dd>" in seen(page)
    assert '<th scope="row">Purpose</th><td class="whole">Short breaks</td>' in seen(page)


def test_a_batch_leads_to_its_journals(look: Open, filled: list[str], engine: Engine) -> None:
    with transaction(engine) as session:
        loaded = load_spend(
            session,
            EXTRACT,
            name="april.csv",
            options=SpendOptions(fund="general"),
            by=CLERK,
            at=clock.now(),
        )
    assert loaded.first_journal is not None

    page = look(AUDITOR, "journal", number=loaded.first_journal)
    assert '<a href="/journals?batch=B-00001" target="_self">B-00001</a>' in seen(page)

    page = look(AUDITOR, "journals", batch="B-00001", book="actual")
    assert "1 journal, £100.00 of debits." in seen(page)


def test_asking_for_a_reversal_leaves_it_waiting_for_somebody_else(
    look: Open, filled: list[str]
) -> None:
    page = look(CLERK, "journal", number=filled[2])

    page.text_input[0].set_value("Paid twice")
    page.button[0].click().run()

    assert "The reversal waits for somebody else to post it." in seen(page)
    assert "Its reversal waits" in seen(look(AUDITOR, "journal", number=filled[2]))


def test_a_reversal_needs_a_reason(look: Open, filled: list[str]) -> None:
    page = look(CLERK, "journal", number=filled[2])

    page.button[0].click().run()

    assert "Say why it is reversed." in seen(page)


def test_a_reversed_journal_names_its_reversal(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    with transaction(engine) as session:
        id = posting.reverse(session, filled[2], reason="Twice", by=CLERK, at=clock.now())
        number = posting.post_submitted(session, id, by=APPROVER, at=clock.now())

    assert f"It was reversed by {number}" in seen(look(AUDITOR, "journal", number=filled[2]))
    assert "<dt>Reverses</dt><dd><a href=" in seen(look(AUDITOR, "journal", number=number))


def test_an_auditor_is_not_offered_a_reversal(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "journal", number=filled[2])

    assert "It has not been reversed." in seen(page)
    assert not page.button
