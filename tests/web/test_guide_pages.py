"""The guides inside the program, for whoever is signed in."""

import re

import pytest
from starlette.testclient import TestClient

from tests.support.trusts import AUDITOR, CLERK
from tests.web.conftest import BOARD, PARTNER
from trust_commissioning import guides
from trust_commissioning.roles import Role

NAMES = [guides.INDEX, *(role.value.replace("_", "-") for role in Role)]


@pytest.mark.parametrize("who", [CLERK, AUDITOR, BOARD, PARTNER])
def test_everybody_who_is_signed_in_reads_every_guide_with_its_pictures(signed_in, who) -> None:
    client = signed_in(who)
    shown = set()
    for name in NAMES:
        answer = client.get(guides.address(name))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        shown |= set(re.findall(r'src="(/guides/pictures/[^"]+)"', answer.text))

    assert len(shown) == 10
    assert {client.get(at).headers["content-type"] for at in shown} == {"image/png"}


def test_every_link_of_a_guide_leads_somewhere_in_the_program(signed_in) -> None:
    client = signed_in(CLERK)
    links = {
        to
        for name in NAMES
        for to in re.findall(r'<a href="([^"]+)"', client.get(guides.address(name)).text)
    }

    assert {client.get(to).status_code for to in links} == {200}
    assert "/guides/board-member" in links


@pytest.mark.parametrize("path", ["/guides", "/guides/auditor", "/guides/pictures/board.png"])
def test_a_stranger_signs_in_first(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/html"}, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/guides")


@pytest.mark.parametrize(
    "name", ["nobody", "Auditor", "auditor.md", "pictures/none.png", "pictures/..%2Fprivacy.md"]
)
def test_there_is_no_other_paper_at_an_address_beneath_them(signed_in, name: str) -> None:
    assert signed_in(CLERK).get(f"/guides/{name}").status_code == 404


def test_a_question_has_the_address_its_heading_has(signed_in) -> None:
    asked = guides.questions("finance_officer", "Month end")
    page = signed_in(CLERK).get("/guides/finance-officer").text

    assert [(one.words, one.address) for one in asked] == [
        (
            "How do I enter what is owed and not yet invoiced?",
            "/guides/finance-officer#how-do-i-enter-what-is-owed-and-not-yet-invoiced",
        ),
        (
            "How do I close the month?",
            "/guides/finance-officer#how-do-i-close-the-month",
        ),
    ]
    assert '<h2 id="how-do-i-close-the-month">' in page
