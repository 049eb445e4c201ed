"""Each page has at its head the questions of the guides that it answers."""

from dashboards.pages_table import TABLE, titles_of
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import guides
from trust_commissioning.roles import Role, may

OWN = {"Your books", "Your password"}


def test_some_guide_answers_a_question_on_every_page_of_the_menu() -> None:
    unanswered = {
        entry.title
        for entry in TABLE
        if not any(
            guides.questions(role, title)
            for role in Role
            if may(role, entry.action)
            for title in titles_of(entry)
        )
    }

    assert unanswered == OWN


def test_a_page_offers_what_the_guide_of_ones_own_role_answers_there(look: Open) -> None:
    page = seen(look(CLERK, "closing"))

    assert "Help with this page" in page
    assert 'href="/guides/finance-officer#how-do-i-close-the-month"' in page
    assert "pool-manager" not in page


def test_where_it_answers_nothing_the_guides_of_others_are_offered_by_name(look: Open) -> None:
    page = seen(look(AUDITOR, "risk_share"))

    assert "Board member: How do I see who would pay for a gap?" in page
    assert 'href="/guides/auditor"' in page


def test_the_page_of_one_thing_offers_what_the_list_of_them_does(look: Open) -> None:
    assert "How do I find a journal?" in seen(look(CLERK, "journal"))


def test_a_page_that_is_not_for_a_role_offers_no_help_to_use_it(look: Open) -> None:
    assert "Help with this page" not in seen(look(CLERK, "people"))
