"""What a board member reads: each measure against its target, its age, spend beside it, nobody named."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.small_numbers import HIDDEN
from contracts.value_for_money import Delivered
from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from tests.support.trusts import journal
from tests.targeting.conftest import AT, STABLE, TARGET, YEAR, Record, Show, seen
from trust_commissioning import posting, reports
from trust_commissioning.reports import Scope
from trust_commissioning.reports.value_for_money import told_of
from trust_commissioning.store import reading, transaction

MOVED = {
    "code": "moved-thrice",
    "name": "Looked-after children who moved three times or more",
    "unit": "children",
    "direction": "lower",
    "outcome": "stay_safe",
    "counts": True,
}


def part(report: reports.Report, key: str) -> list[Mapping[str, Any]]:
    return [row for one in report.parts if one.key == key for row in one.rows]


def of(report: reports.Report, outcome: str) -> list[Mapping[str, Any]]:
    return [row for row in report.rows if row["outcome"] == outcome]


@pytest.fixture
def spent(engine: Engine) -> None:
    """£900.00 to stay safe and £50.00 with no outcome, in October 2003."""
    with transaction(engine) as session:
        for ref, text in (
            ("1", "Expenses:ThirdParty:FosterCare 900.00 stay_safe / Assets:HostCash -900.00"),
            ("2", "Expenses:Unallocated 50.00 / Assets:HostCash -50.00"),
        ):
            made = journal(text, ref=ref, day=date(2003, 10, 1), period=Period(YEAR, 7))
            posting.post(session, made, by="f.officer", at=AT)


def test_without_a_target_each_outcome_is_there_with_its_spend(show: Show, spent: None) -> None:
    report = show("outcome-targets")

    assert [(row["outcome"], row["measure"], str(row["spent"])) for row in report.rows] == [
        ("be_healthy", "No target has been set", "£0.00"),
        ("stay_safe", "No target has been set", "£900.00"),
        ("enjoy_and_achieve", "No target has been set", "£0.00"),
        ("positive_contribution", "No target has been set", "£0.00"),
        ("economic_well_being", "No target has been set", "£0.00"),
        ("not_attributed", "Spend with no outcome yet", "£50.00"),
    ]


def test_a_target_says_where_it_stands_and_how_old_the_figure_is(
    record: Record, show: Show, spent: None
) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    seen(record, "o0", "60", day="2003-04-01")
    seen(record, "o1", "62", day="2003-10-01")

    (row,) = of(show("outcome-targets"), "stay_safe")

    assert {
        key: str(cell) for key, cell in row.items() if key not in ("also", "outcome", "services")
    } == {
        "title": "Stay safe",
        "target": "stability",
        "indicator": "stable-placements",
        "measure": "Children in one placement for two years",
        "of_whom": "Everybody",
        "direction": "Higher is good",
        "baseline": "60% on 1 April 2003",
        "latest": "62% on 1 October 2003",
        "age": "5 months",
        "wanted": "80% by 1 April 2006",
        "expected": "63%",
        "course": "off_course",
        "progress": "Off course: 62% against the 63% expected by 1 October 2003",
        "owner": "Head of fostering",
        "spent": "£900.00",
    }


def test_figures_after_the_periods_shown_are_not_looked_at(record: Record, show: Show) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    seen(record, "o1", "64", day="2003-10-01")
    seen(record, "o2", "50", day="2004-03-31")

    assert [of(show("outcome-targets", to=to), "stay_safe")[0]["course"] for to in (5, 7, 12)] == [
        "no_judgement",
        "on_course",
        "off_course",
    ]


def test_spend_is_association_and_the_report_says_so(record: Record, show: Show) -> None:
    report = show("outcome-targets")

    assert "association" in report.basis
    assert "does not say that the money moved them" in report.basis
    assert report.totals == {}


def test_targets_are_counted_by_outcome_each_once(record: Record, show: Show, spent: None) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    record("outcome-target", **{**TARGET, "code": "second", "group": "Girls"})
    record(
        "indicator-mapping",
        reference="m1",
        indicator="stable-placements",
        starts="2003-06-01",
        outcomes=["be_healthy", "stay_safe"],
        reason="Agreed with the health partner",
    )

    report = show("outcome-targets")
    summary = {row["outcome"]: row["targets"] for row in part(report, "by-outcome")}

    assert summary["be_healthy"] == 2
    assert summary["stay_safe"] == 0
    assert of(report, "be_healthy")[0]["also"] == "Stay safe"
    (mapped,) = part(report, "mapped")
    assert mapped["outcomes"] == "Be healthy, Stay safe"
    assert mapped["reason"] == "Agreed with the health partner"
    assert mapped["by"] == "Finn Officer, 1 July 2004"
    assert of(show("outcome-targets", to=2), "stay_safe")[0]["target"] == "second"


def test_a_measure_of_context_is_followed_and_not_judged(record: Record, show: Show) -> None:
    record(
        "outcome-target",
        **{
            **TARGET,
            "code": "in-care",
            "indicator": "looked_after",
            "baseline": {"day": "2003-04-01", "figure": "600"},
            "points": [{"day": "2006-04-01", "figure": "500"}],
        },
    )
    seen(record, "o1", "900", indicator="looked_after")

    (row,) = of(show("outcome-targets"), "stay_safe")

    assert row["course"] == "no_judgement"
    assert row["progress"] == "No judgement: a measure of context is neither good nor bad"


def test_a_revision_is_shown_with_what_was_said_before(record: Record, show: Show) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    seen(record, "o1", "64")
    seen(record, "o2", "61.5", revises="o1", reason="Two late returns")

    report = show("outcome-targets")

    (row,) = part(report, "revised")
    assert (row["before"], row["after"], row["reason"]) == ("64%", "61.5%", "Two late returns")
    assert row["by"] == "Finn Officer, 1 July 2004"
    assert [one["figure"] for one in part(report, "observed")] == ["61.5%"]
    assert of(report, "stay_safe")[0]["course"] == "off_course"


def test_small_numbers_of_children_are_nowhere_in_the_report(record: Record, show: Show) -> None:
    """Boys 3, girls 58 of 61: the boys' figure, and the girls' that would tell it, are not shown."""
    record("indicator", **MOVED)
    target = {
        "indicator": "moved-thrice",
        "points": [{"day": "2006-04-01", "figure": "0"}],
        "owner": "Head of fostering",
    }
    for group, baseline, figure in (("", "66", "61"), ("Boys", "6", "3"), ("Girls", "60", "58")):
        record(
            "outcome-target",
            code=f"moves-{group.lower() or 'all'}",
            group=group,
            baseline={"day": "2003-04-01", "figure": baseline},
            **target,
        )
        seen(record, f"o-{group}", figure, indicator="moved-thrice", group=group)

    report = show("outcome-targets")
    rows = {row["of_whom"]: row for row in of(report, "stay_safe")}

    assert rows["Everybody"]["latest"] == "60 children on 1 October 2003"
    assert rows["Everybody"]["course"] == "off_course"
    for group in ("Boys", "Girls"):
        assert rows[group]["latest"] == f"{HIDDEN} on 1 October 2003"
        assert rows[group]["course"] == "no_judgement"
        assert rows[group]["progress"] == "No judgement: the numbers are too small to show"
    assert rows["Boys"]["baseline"] == f"{HIDDEN} on 1 April 2003"
    figures = str(report.as_json())
    for exact in ("3 children", "58 children", "61 children", "66 children", "6 children"):
        assert f" {exact}" not in figures
        assert f"'{exact}" not in figures


def test_all_53_are_in_the_report_of_indicators_under_the_outcome_they_are_mapped_to(
    record: Record, show: Show
) -> None:
    record(
        "indicator-mapping",
        reference="m1",
        indicator="neet_16_18",
        starts="2003-06-01",
        outcomes=["enjoy_and_achieve"],
        reason="Printed at the end of that list",
    )
    record("indicator", **STABLE)

    report = show("national-indicators")
    rows = {row["code"]: row for row in report.rows}

    assert len(rows) == 53
    assert rows["neet_16_18"]["outcome"] == "enjoy_and_achieve"
    assert rows["neet_16_18"]["printed_under"] == "Achieve economic well-being"
    assert (
        rows["gcse_5_ac"]["figures"] == "over 51% (2002); over 6 percentage points (1997 to 2002)"
    )
    assert rows["looked_after"]["direction"] == "Context, neither good nor bad"
    assert rows["qp_health_1"]["figures"] == "No figure is given"
    assert len(part(report, "figures")) == 62
    assert [row["by"] for row in part(report, "national-targets")] == [
        "2006",
        "2004-03",
        "2006",
        "2020",
    ]
    assert [row["code"] for row in part(report, "own")] == ["stable-placements"]


def delivered(source: str, sector: str, weeks: int, cost: str, children: int) -> Delivered:
    return Delivered(
        service="fostering",
        sector=sector,
        unit="week",
        units=Fraction(weeks),
        cost=Money.parse(cost),
        source=source,
        children=children,
    )


def test_value_for_money_sets_own_provision_beside_bought_and_the_national_figure(
    engine: Engine,
) -> None:
    with reading(engine) as session:
        report = told_of(
            session,
            Scope(None, YEAR, 12),
            AT,
            [
                delivered("own", "own", 520, "130000.00", 12),
                delivered("C-0001", "private", 520, "416000.00", 11),
                delivered("C-2", "voluntary", 100, "70000.00", 9),
            ],
        )

    assert [(r["sector"], str(r["children"]), str(r["each"])) for r in report.rows] == [
        ("own", "10", "£250.00"),
        ("private", "10", "£800.00"),
        ("voluntary", "10", "£700.00"),
    ]
    (beside,) = part(report, "own-beside-bought")
    assert (str(beside["own"]), str(beside["bought"])) == ("£250.00", "£783.87")
    assert str(beside["more"]) == "£533.87"
    england = part(report, "national")[0]
    assert (str(england["a_week"]), str(england["a_year"])) == ("£703.20", "£36,666.67")


def test_the_cost_behind_few_children_is_not_told_either(engine: Engine) -> None:
    with reading(engine) as session:
        report = told_of(
            session,
            Scope(None, YEAR, 12),
            AT,
            [
                delivered("own", "own", 520, "130000.00", 12),
                delivered("C-0001", "private", 10, "9999.00", 2),
                delivered("C-2", "voluntary", 100, "70000.00", 9),
            ],
        )

    private = report.rows[1]
    assert (private["children"], private["cost"], private["each"]) == (HIDDEN, "", "")
    assert part(report, "own-beside-bought")[0]["words"] == HIDDEN
    assert "999" not in str(report.as_json()).replace(report.books_head, "")


ADOPTED = {
    "code": "adopted",
    "name": "Children adopted in the year",
    "unit": "children",
    "direction": "higher",
    "outcome": "stay_safe",
    "counts": True,
}


def adopted(record: Record, figure: str, **changes: Any) -> None:
    record("indicator", **ADOPTED)
    record(
        "outcome-target",
        **{
            "code": "adoptions",
            "indicator": "adopted",
            "baseline": {"day": "2003-04-01", "figure": "20"},
            "points": [{"day": "2006-04-01", "figure": "40"}],
            "owner": "Adoption manager",
            "services": ["fostering"],
            **changes,
        },
    )
    seen(record, "a1", figure, indicator="adopted", day="2004-03-31")


def outcome_units(engine: Engine, to: int = 12) -> list[tuple[str, str, str]]:
    with reading(engine) as session:
        report = told_of(session, Scope(None, YEAR, to), AT, [])
    rows = part(report, "outcome-units")
    return [(str(row["figure"]), str(row["spent"]), str(row["each"])) for row in rows]


def spend_on_fostering(engine: Engine) -> None:
    text = "Expenses:ThirdParty:FosterCare 1000.00 service=fostering / Assets:HostCash -1000.00"
    made = journal(text, day=date(2003, 10, 1), period=Period(YEAR, 7))
    with transaction(engine) as session:
        posting.post(session, made, by="f.officer", at=AT)


def test_the_cost_for_each_child_is_by_the_count_as_published(
    record: Record, engine: Engine
) -> None:
    """£1,000.00 beside 23 adoptions, published as 25: £40.00, from which no 23 can be told."""
    spend_on_fostering(engine)
    adopted(record, "23")

    assert outcome_units(engine) == [("25 children", "£1,000.00", "£40.00")]
    assert outcome_units(engine, to=11) == [], "the figure is of the last day of the year"


def test_no_cost_is_told_beside_few_children_or_where_more_is_not_good(
    record: Record, engine: Engine
) -> None:
    spend_on_fostering(engine)
    adopted(record, "7")
    record("indicator", **MOVED)
    record("outcome-target", **{**TARGET, "indicator": "moved-thrice", "services": ["fostering"]})
    seen(record, "m1", "40", indicator="moved-thrice", day="2004-03-31")

    assert outcome_units(engine) == []


def test_a_target_names_services_there_are(record: Record) -> None:
    with pytest.raises(Refused) as refusal:
        adopted(record, "23", services=["fostering", "nobody"])

    assert [(one.code, one.where) for one in refusal.value.problems] == [
        ("service_unknown", "services[1]")
    ]


def test_a_goal_that_was_moved_is_told_beside_what_it_was(record: Record, show: Show) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    assert part(show("outcome-targets"), "agreed") == []

    lower = [{"day": "2006-04-01", "figure": "70"}]
    record("outcome-target", **{**TARGET, "points": lower, "reason": "The board of 1 July 2004"})
    report = show("outcome-targets")

    (row,) = part(report, "agreed")
    assert row["before"] == (
        "From 60% on 1 April 2003: 66% by 1 April 2004, 80% by 1 April 2006; straight; Head of "
        "fostering"
    )
    assert row["after"] == (
        "From 60% on 1 April 2003: 70% by 1 April 2006; straight; Head of fostering"
    )
    assert row["reason"] == "The board of 1 July 2004"
    assert str(row["by"]).endswith(", 1 July 2004")
