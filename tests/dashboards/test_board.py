"""The board's page, from its first day to an overspent outcome."""

from sqlalchemy import Engine

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK, journal
from trust_commissioning import clock, posting
from trust_commissioning.people import set_role
from trust_commissioning.store import transaction


def test_on_the_first_day_the_board_is_told_how_figures_will_come(look: Open) -> None:
    page = look(CLERK, "board")

    assert "Nothing has been posted yet" in seen(page)
    assert 'href="/import-spend"' in seen(page)


def test_on_the_first_day_a_reader_is_not_offered_what_they_may_not_do(look: Open) -> None:
    page = look(AUDITOR, "board")

    assert "Nothing has been posted yet" in seen(page)
    assert "/import-spend" not in seen(page)


def test_the_headlines_are_the_ledgers_own(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    for figure in ("£122,000.00", "£6,000.00", "£42,123.45", "£73,876.55"):
        assert f'<span class="figure">{figure}</span>' in seen(page)


def test_an_outcome_over_its_budget_is_said_in_words(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    assert "Outcomes over budget: Be healthy." in seen(page)
    assert "Services over budget: Therapy." in seen(page)
    assert "£123.45 of spend is not attributed to an outcome yet." in seen(page)


def test_all_five_outcomes_are_shown_even_at_nil(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    for outcome in (
        "Be healthy",
        "Stay safe",
        "Enjoy and achieve",
        "Make a positive contribution",
        "Achieve economic well-being",
        "Not attributed",
    ):
        assert f">{outcome}</th>" in seen(page)


def test_a_figure_leads_to_its_own_journals(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    assert (
        'href="/journals?book=actual&amp;year=2003-04&amp;to=3&amp;account=Expenses'
        '&amp;outcome=be_healthy" target="_self">£40,500.00</a>' in seen(page)
    )


def test_what_was_asked_is_in_the_address(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    page.selectbox(key="board-fund").select("camhs").run()
    page.selectbox(key="board-to").select("1").run()

    assert page.query_params == {"fund": "camhs", "year": "2003-04", "to": "1"}


def test_an_address_from_a_colleague_shows_their_figures(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board", fund="general", year="2003-04", to="1")

    assert page.selectbox(key="board-fund").value == "general"
    assert '<span class="figure">£2,000.00</span>' in seen(page)
    assert "£40,500.00" not in seen(page)


def test_an_address_that_names_no_fund_of_ours_shows_all_of_them(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "board", fund="<script>", year="1066-67", to="99")

    assert page.selectbox(key="board-fund").value == ""
    assert '<span class="figure">£42,123.45</span>' in seen(page)


def test_the_figures_say_what_they_are(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    assert "below nil is over budget" in seen(page)
    assert "Head of the books" in seen(page)
    assert "See it in the books" in seen(page)


def test_every_picture_has_words(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board")

    charts = [*page.get("vega_lite_chart"), *page.get("echarts_chart")]

    assert len(charts) == 3
    assert "Be healthy: budget £32,000.00, spent £40,500.00, committed £0.00" in str(
        charts[0].proto
    )


def test_who_may_not_read_the_books_is_not_sent_there(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    with transaction(engine) as session:
        set_role(session, AUDITOR, "board_member", by="x.admin", at=clock.now())

    page = look(AUDITOR, "board")

    assert "Head of the books" in seen(page)
    assert "/books/" not in seen(page)


def test_a_band_of_the_picture_of_flows_leads_to_its_own_journals(
    look: Open, filled: list[str]
) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    assert (
        'href="/journals?book=actual&amp;fund=camhs&amp;year=2003-04&amp;to=3&amp;account=Income'
        '&amp;partner=pct" target="_self">£61,000.00</a>' in seen(page)
    )


def test_a_period_leads_to_its_own_journals(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "board", year="2003-04", to="3")

    assert (
        'href="/journals?book=actual&amp;year=2003-04&amp;to=3&amp;account=Expenses&amp;from=3"'
        ' target="_self">£40,123.45</a>' in seen(page)
    )


def test_what_is_posted_shows_at_once_though_figures_are_kept(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    page = look(AUDITOR, "board")
    assert '<span class="figure">£42,123.45</span>' in seen(page)

    with transaction(engine) as session:
        posting.post(
            session,
            journal("Expenses:Unallocated 0.05/Assets:HostCash -0.05", ref="late"),
            by=CLERK,
            at=clock.now(),
        )
    page.run()

    assert '<span class="figure">£42,123.50</span>' in seen(page)
