"""The board's page answers its questions in words, each leading down, before any table."""

from sqlalchemy import Engine

from ledger.periods import FinancialYear, Period
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning import clock
from trust_commissioning.closing import period
from trust_commissioning.store import transaction

QUESTIONS = (
    "Are the books in balance?",
    "Who carries any gap?",
    "What changed?",
    "What must we decide?",
    "Which grants are at risk?",
    "What did it go on, and is it working?",
    "Have partners paid?",
    "What will the year come to?",
)


def test_the_boards_questions_are_answered_first_and_in_its_own_order(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    html = seen(page)
    html = html[html.index("trust-answers") :]
    places = [html.index(question) for question in QUESTIONS]
    assert places == sorted(places)
    assert places[-1] < html.index("<table")


def test_an_answer_leads_to_its_whole_report_on_the_same_figures(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    assert 'href="/reports?report=risk-share&amp;year=2003-04&amp;to=3"' in seen(page)


def test_an_unclosed_month_says_that_its_figures_may_change(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    assert "June 2003 is still open, so these figures may change." in seen(page)


def test_the_range_of_the_forecast_stands_beside_its_budget(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    html = seen(page)
    assert "What will the year come to?" in html
    assert '<th scope="col" class="number">Lowest</th>' in html
    assert '<th scope="col" class="number">Highest</th>' in html


def test_a_closed_month_says_whether_anything_reads_otherwise_since(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    with transaction(engine) as session:
        period.close(
            session,
            Period(FinancialYear(2003), 1),
            by=CLERK,
            at=clock.now(),
            reason="As agreed",
        )

    page = look(AUDITOR, "board", year="2003-04", to="1")

    assert "Every figure reads as it did when April 2003 was closed" in seen(page)


def test_one_action_makes_the_pack_as_a_paper_and_as_a_workbook(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    page.button(key="make-pack").click().run()

    assert not page.exception
    assert "The board pack is made." in seen(page)
    names = [one.proto.label for one in page.get("download_button")]
    assert "Download the pack (PDF)" in names
    assert "Download the workbook (XLSX)" in names
