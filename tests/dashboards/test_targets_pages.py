"""The pages of measures: targets by outcome with spend beside, all 53 indicators, figures recorded."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from contracts.small_numbers import HIDDEN
from dashboards import picture_targets
from ledger.outcomes import Outcome
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR, CLERK
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.targeting import mappings, observations, targets

AT = datetime(2004, 7, 1, 9, 0, tzinfo=UTC)
ASKED = {"year": "2003-04", "to": "12"}
STABLE: dict[str, Any] = {
    "code": "stable-placements",
    "name": "Children in one placement for two years",
    "unit": "percent",
    "direction": "higher",
    "outcome": "stay_safe",
}
TARGET: dict[str, Any] = {
    "code": "stability",
    "indicator": "stable-placements",
    "baseline": {"day": date(2003, 4, 1), "figure": "60"},
    "points": [{"day": date(2006, 4, 1), "figure": "80"}],
    "owner": "Head of fostering",
}
IN_CARE: dict[str, Any] = {
    "code": "in-care",
    "indicator": "looked_after",
    "baseline": {"day": date(2003, 4, 1), "figure": "600"},
    "points": [{"day": date(2006, 4, 1), "figure": "560"}],
    "owner": "Director",
}


def figure(reference: str, text: str, **said: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "indicator": "stable-placements",
        "day": date(2003, 10, 1),
        "figure": text,
        "source": "The return",
        **said,
    }


def record(engine: Engine, *events: tuple[str, dict[str, Any]]) -> None:
    with transaction(engine) as session:
        for name, asked in events:
            what = EVENTS[name]
            what.act(session, what.asks.model_validate(asked), CLERK, AT)


@pytest.fixture
def followed(engine: Engine, filled: list[str]) -> Engine:
    """A target off course, and one of context, in the filled trust."""
    record(
        engine,
        ("indicator", STABLE),
        ("outcome-target", TARGET),
        ("outcome-target", IN_CARE),
        ("observation", figure("o1", "55")),
        ("observation", figure("o2", "612", indicator="looked_after")),
    )
    return engine


def box(page: AppTest, kind: str, label: str) -> Any:
    return next(one for one in getattr(page, kind) if one.label.startswith(label))


def test_a_board_member_reads_progress_age_and_the_spend_beside(
    followed: Engine, look: Open
) -> None:
    page = seen(look(AUDITOR, "outcome_targets", **ASKED))

    assert "Children in one placement for two years" in page
    assert "Off course: 55% against the 63.34% expected by 1 October 2003" in page
    assert "5 months" in page
    assert "Spent on this outcome in these periods: £1,500.00" in page
    assert "outcome=stay_safe" in page
    assert "association" in page
    assert "No target has been set." in page


def test_a_measure_of_context_has_no_colour(followed: Engine, look: Open) -> None:
    page = seen(look(AUDITOR, "outcome_targets", **ASKED))

    assert "No judgement: a measure of context is neither good nor bad" in page
    row = page[page.index("Looked-after children") :]
    assert "tag good" not in row[: row.index("</tr>")]
    assert "tag bad" not in row[: row.index("</tr>")]
    card = page[page.index("No judgement</dt>") :]
    assert "tag" not in card[: card.index("</div>")]


def test_the_picture_of_a_target_has_its_table_behind_it(followed: Engine, look: Open) -> None:
    page = look(AUDITOR, "outcome_targets", target="stability", **ASKED)

    told = seen(page)
    assert "What was observed" in told
    assert "What is expected" in told
    assert "80%" in told
    drawn = page.get("vega_lite_chart")[0].proto
    assert "Observed: 55% on 1 October 2003" in str(drawn)


def test_a_trust_without_targets_shows_every_outcome_with_its_spend(
    filled: list[str], look: Open
) -> None:
    page = seen(look(AUDITOR, "outcome_targets", **ASKED))

    assert page.count("No target has been set.") == 5
    assert "Spend with no outcome yet." in page


def test_before_anything_is_posted_the_measures_are_there(look: Open) -> None:
    assert "No target has been set." in seen(look(AUDITOR, "outcome_targets"))


def test_who_may_not_keep_targets_sees_no_small_figure_and_records_nothing(
    followed: Engine, look: Open
) -> None:
    record(
        followed,
        ("outcome-target", {**IN_CARE, "code": "girls", "group": "Girls under one"}),
        (
            "observation",
            figure("o3", "3", indicator="looked_after", group="Girls under one"),
        ),
    )

    page = look(AUDITOR, "outcome_targets", target="girls", **ASKED)

    assert [one.label for one in page.expander] == ["Save this view"]
    assert HIDDEN in seen(page)
    assert "3 children" not in seen(page)
    keeper = look(CLERK, "outcome_targets", **ASKED)
    assert "Girls under one, 1 October 2003: 3 children (The return)" in seen(keeper)


def test_a_figure_recorded_on_the_page_is_judged(followed: Engine, look: Open) -> None:
    page = look(CLERK, "outcome_targets", **ASKED)
    box(page, "selectbox", "Measure").set_value("stable-placements")
    box(page, "text_input", "Figure, such as").set_value("70.5")
    box(page, "date_input", "The day it is").set_value(date(2004, 3, 31))
    box(page, "text_input", "How many children").set_value("141")
    box(page, "text_input", "Of how many").set_value("200")
    box(page, "text_input", "Source").set_value("Return of 943 476 5919")

    box(page, "button", "Record the figure").click().run()

    told = seen(page)
    assert "Recorded 70.5: Children in one placement for two years." in told
    assert "passes the check of an NHS number" in told
    assert "On course: 71% against the 66.66% expected by 31 March 2004" in told
    with reading(followed) as session:
        last = observations(session)[-1]
    assert (last.figure.printed, last.counted, last.out_of) == ("70.5", 141, 200)


def test_what_cannot_be_read_is_refused_all_at_once(followed: Engine, look: Open) -> None:
    page = look(CLERK, "outcome_targets", **ASKED)
    box(page, "text_input", "Figure, such as").set_value("about seventy")
    box(page, "text_input", "How many children").set_value("some")

    box(page, "button", "Record the figure").click().run()

    told = seen(page)
    assert "It was not recorded" in told
    assert "“about seventy” is not a figure" in told
    assert "“some” is not a whole number" in told
    assert "“Source” is missing." in told


def test_a_revision_on_the_page_keeps_the_figure_before(followed: Engine, look: Open) -> None:
    page = look(CLERK, "outcome_targets", **ASKED)
    choice = next(one for one in page.selectbox if one.label == "Figure")
    place = next(n for n, said in enumerate(choice.options) if "55%" in said)
    choice.set_value(place)
    box(page, "text_input", "What it is now").set_value("64")
    box(page, "text_area", "Why it is revised").set_value("Two late returns")

    box(page, "button", "Record the revision").click().run()

    told = seen(page)
    assert "Revised to 64; the figure before is kept." in told
    assert "Figures revised" in told
    assert "Two late returns" in told
    assert "On course: 64%" in told


def test_a_target_agreed_on_the_page_is_kept(followed: Engine, look: Open) -> None:
    page = look(CLERK, "outcome_targets", **ASKED)
    box(page, "text_input", "Its code").set_value("neet-2006")
    page.selectbox[-2].set_value("neet_16_18")
    box(page, "text_input", "Baseline").set_value("1/11")
    box(page, "text_input", "Target").set_value("1/20")
    box(page, "date_input", "Baseline of").set_value(date(2003, 4, 1))
    box(page, "date_input", "To be reached").set_value(date(2006, 4, 1))
    box(page, "text_input", "Owner").set_value("Connexions partnership")

    box(page, "button", "Agree the target").click().run()

    assert "Agreed: Young people of 16 to 18" in seen(page)
    with reading(followed) as session:
        assert targets(session)["neet-2006"].points[0].figure.printed == "1/20"


def test_all_53_indicators_are_shown_with_their_figures_and_none_is_coloured(look: Open) -> None:
    page = seen(look(AUDITOR, "indicators"))

    assert "53 indicators, all outcomes." in page
    assert "over 51% (2002); over 6 percentage points (1997 to 2002)" in page
    assert "Context, neither good nor bad" in page
    assert "para 1.6" in page
    assert "tag good" not in page
    assert "tag bad" not in page
    assert 'class="below"' not in page


def test_indicators_are_shown_by_outcome(look: Open) -> None:
    page = seen(look(AUDITOR, "indicators", outcome="positive_contribution"))

    assert "5 indicators, Make a positive contribution." in page
    assert "Secondary pupils who helped to raise funds" in page
    assert "Looked-after children adopted" not in page


def test_an_indicator_mapped_on_the_page_moves_to_its_outcome(engine: Engine, look: Open) -> None:
    page = look(CLERK, "indicators")
    box(page, "selectbox", "Indicator").set_value("neet_16_18")
    page.multiselect[0].set_value([Outcome.ENJOY_AND_ACHIEVE])
    page.date_input[0].set_value(date(2003, 6, 1))
    box(page, "text_area", "Why").set_value("Printed at the end of that list")

    box(page, "button", "Record the mapping").click().run()

    assert "stands under Enjoy and achieve." in seen(page)
    with reading(engine) as session:
        (mapped,) = mappings(session)
    assert (mapped.indicator, mapped.by) == ("neet_16_18", CLERK)


def test_a_mapping_without_a_reason_is_refused(look: Open) -> None:
    page = look(CLERK, "indicators")

    box(page, "button", "Record the mapping").click().run()

    assert "It was not recorded" in seen(page)


def test_value_for_money_shows_the_national_figure_before_anything_is_bought(look: Open) -> None:
    page = seen(look(AUDITOR, "value_for_money", **ASKED))

    assert "£703.20" in page
    assert "£36,666.67 a year" in page
    assert "A price more than 25% from the middle price" in page


def test_what_is_bought_stands_by_service_and_sector(
    engine: Engine, filled: list[str], look: Open
) -> None:
    """Eight placements of a week at £700.00 with a provider whose sector nobody said."""
    record(
        engine,
        *(
            (
                "call-off",
                {
                    "reference": f"P-{child}",
                    "contract": "C-0001",
                    "title": "Foster placement",
                    "kind": "placement",
                    "case_reference": f"CX-{child}",
                    "account": "Expenses:ThirdParty:FosterCare",
                    "day": date(2003, 4, 1),
                    "starts": date(2003, 4, 1),
                    "expected_end": date(2003, 4, 7),
                    "unit": "week",
                    "price": "700.00",
                },
            )
            for child in range(8)
        ),
    )

    page = seen(look(AUDITOR, "value_for_money", **ASKED))

    assert "Not said" in page
    assert "£5,600.00" in page
    assert "£700.00" in page


@pytest.mark.parametrize(
    ("said", "scale"),
    [
        ("42% by 30 June 2003; 80% by 31 March 2006", "Scale: %; it need not begin at nil"),
        (
            "nearly 48 per 1,000 children on 31 March 2004",
            "Scale: per 1,000 children; it need not begin at nil",
        ),
        ("no figure yet", ""),
    ],
)
def test_the_picture_of_a_target_says_what_its_scale_is(said: str, scale: str) -> None:
    assert picture_targets.scale(said) == scale
