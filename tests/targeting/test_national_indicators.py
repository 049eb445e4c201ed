"""The 53 indicators of the sources are shipped with their exact figures, kinds and paragraphs."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from contracts.indicators import Direction, MeasureKind, problems_in
from ledger.outcomes import Outcome
from trust_commissioning.national_indicators import NationalIndicator, national_indicators

BOX = "Ch.1 box 'How well are we doing?' between paras 1.8 and 1.9"
DOCUMENTS = {
    "003": "Every Child Matters, Cm 5860, 2003",
    "000": "Health Service Journal, on the Quality Protects circular, 1998",
}
UNITS = {
    "percent change": "percent",
    "percent change as printed (seed does not say percent or percentage points)": (
        "percent or points, not said"
    ),
    "GBP per child": "£ per child",
    "GBP per year": "£ per year",
    "percent per year": "percent a year",
    "percent each year": "percent a year",
    "children per year": "children a year",
    "referrals per month": "referrals a month",
    "rank (1 = highest rate)": "rank",
}


def said(code: str) -> list[tuple[str, str]]:
    return [(one.period, one.said) for one in national_indicators()[code].figures]


def test_there_are_53_each_under_one_of_the_five_outcomes() -> None:
    found = national_indicators()
    by_outcome = {
        outcome: sum(1 for one in found.values() if one.indicator.outcome is outcome)
        for outcome in Outcome
    }

    assert len(found) == 53
    assert list(by_outcome.values()) == [12, 24, 5, 5, 7]


def test_figures_are_as_the_sources_print_them() -> None:
    assert said("smoking_11_15") == [("1996", "13%"), ("latest (year not stated)", "10%")]
    assert said("obesity_6_15") == [("1996 to 2001", "+4 percent or points, not said")]
    assert said("looked_after") == [
        ("2002-03-31", "59,700 children"),
        ("1994-03 to 2002-03", "22%"),
    ]
    assert said("gcse_5_ac") == [
        ("2002", "over 51%"),
        ("1997 to 2002", "over 6 percentage points"),
    ]
    assert said("workless_households") == [("1992-1995", "19%"), ("2003", "15.2%")]
    assert said("return_home_8wks") == [("2003", "almost 1/3")]
    assert said("pyramid_vulnerable") == [("2003", "3-4 million children")]
    assert said("fewer_low_income") == [("1997 to 2003", "-500,000 children")]
    assert said("placement_cost") == [("2003", "£2,200,000,000 per year, for 60,000 children")]
    assert said("camhs_capacity") == []


def test_each_has_the_kind_of_its_figure() -> None:
    kinds = {code: one.indicator.kind for code, one in national_indicators().items()}

    assert kinds["smoking_11_15"] is MeasureKind.LEVEL
    assert kinds["obesity_6_15"] is MeasureKind.CHANGE
    assert kinds["uk_teen_births_rank"] is MeasureKind.RANK
    assert kinds["neet_16_18"] is MeasureKind.FRACTION
    assert kinds["deaths_abuse_neglect"] is MeasureKind.RANGE
    assert national_indicators()["looked_after"].figures[1].kind is MeasureKind.CHANGE
    assert national_indicators()["sw_vacancy"].figures[1].kind is MeasureKind.RANGE


def test_a_change_is_never_a_level() -> None:
    for one in national_indicators().values():
        if one.indicator.kind is MeasureKind.CHANGE:
            assert all(figure.kind is MeasureKind.CHANGE for figure in one.figures)


def test_context_is_neither_good_nor_bad() -> None:
    context = {
        code
        for code, one in national_indicators().items()
        if one.indicator.direction is Direction.CONTEXT
    }

    assert context == {
        "looked_after",
        "fostered",
        "return_home_8wks",
        "child_protection_register",
        "pyramid_all_children",
        "pyramid_vulnerable",
        "pyramid_in_need",
        "uasc_share",
        "referrals_north_lincs",
        "police_referrals_north_lincs",
        "placement_cost",
    }


def test_targets_of_government_are_kept_with_their_day() -> None:
    targets = {
        code: (one.target.said, one.target.by)
        for code, one in national_indicators().items()
        if one.target is not None
    }

    camhs_words = "each year for three years from 2003; a full service in every area by 2006"
    assert targets == {
        "camhs_capacity": (f"10 percent a year, {camhs_words}", "2006"),
        "bb_families": ("0 families", "2004-03"),
        "pe_2hrs": ("75%", "2006"),
        "relative_low_income_ahc": ("halved by 2010, ended by 2020", "2020"),
    }
    camhs = national_indicators()["camhs_capacity"].target
    assert camhs is not None
    assert camhs.derived.startswith("33.1 percent")
    assert Fraction(11, 10) ** 3 == Fraction("1.331")


def test_paragraphs_are_named() -> None:
    found = {code: one.indicator.reference for code, one in national_indicators().items()}

    assert found["smoking_11_15"] == BOX
    assert found["conduct_disorder_cost"] == "para 1.6"
    assert found["camhs_capacity"] == "Executive Summary para 11; para 2.28"
    assert found["referrals_north_lincs"] == "Ch.4 box after para 4.15"
    assert found["qp_health_3"] == "HSJ article, indicator paragraphs"


def test_every_one_is_sound_by_the_rules_for_a_trusts_own() -> None:
    for one in national_indicators().values():
        assert not list(problems_in(one.indicator)), one.indicator.code


@pytest.fixture(scope="module")
def seeds(shared_dir: Path) -> dict[str, dict[str, Any]]:
    text = (shared_dir / "domain" / "indicators_seeds.json").read_text("utf-8")
    return {one["id"]: one for one in json.loads(text)["indicators"]}


def test_all_are_those_of_the_list_the_sources_were_read_into(
    seeds: dict[str, dict[str, Any]],
) -> None:
    assert list(national_indicators()) == list(seeds)
    for code, told in seeds.items():
        _same(national_indicators()[code], told)


def _same(ours: NationalIndicator, told: dict[str, Any]) -> None:
    indicator = ours.indicator
    unit = UNITS.get(told["unit"], told["unit"])
    assert indicator.outcome == told["outcome"]
    assert indicator.aim == (told["aim_2004"] or "")
    assert indicator.unit == unit
    assert indicator.direction == told["direction_of_good"].split()[0]
    assert indicator.geography == told["geography"]
    assert indicator.reference == told["source"]["ref"]
    assert indicator.document == DOCUMENTS[told["source"]["seed"][:3]]
    assert bool(ours.also) == ("alternative_outcome" in told)
    if (other := told.get("alternative_outcome")) in list(Outcome):
        assert ours.also == other
    assert len(ours.figures) == len(told["observations"])
    for figure, printed in zip(ours.figures, told["observations"], strict=True):
        _same_figure(figure, printed, unit)
    _same_target(ours, told.get("target"))


def _same_figure(figure: Any, printed: dict[str, Any], unit: str) -> None:
    value = str(printed["value"])
    kind = printed.get("kind", "")
    assert figure.figure.printed == value
    assert figure.period == printed["period"].replace(" in seed", "")
    assert figure.sign == printed.get("sign", "")
    assert figure.qualifier == re.sub("'", "", printed.get("qualifier", ""))
    assert figure.unit == {
        "change_percent": "percent",
        "change_points": "percentage points",
    }.get(kind, printed.get("unit", unit))
    expected = kind.split("_")[0] or (
        "fraction" if "/" in value else "range" if "-" in value else "level"
    )
    assert figure.kind == expected
    if figure.figure.exact is not None:
        assert figure.figure.exact == Fraction(value)


def _same_target(ours: NationalIndicator, told: dict[str, Any] | None) -> None:
    assert (ours.target is None) == (told is None)
    if ours.target is None or told is None:
        return
    if ours.target.figure is not None:
        assert ours.target.figure.printed == str(told["value"])
    assert ours.target.by in (told.get("by"), "2006", "2020")
    if "ref" in told:
        assert ours.target.reference == told["ref"]
