"""How often a contract is checked, and when concerns are a pattern and when one is only watched."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.monitoring import (
    Answer,
    Answered,
    Band,
    Check,
    CheckKind,
    ChecklistItem,
    Concern,
    ConcernSource,
    ConcernStep,
    Cycle,
    CycleRule,
    Followed,
    PatternRule,
    Risk,
    Standing,
    Trend,
    Weight,
    concerns_at,
    next_check,
    problems_in_check,
    problems_in_concern,
    problems_in_follow,
    problems_in_rule,
)
from ledger.money import Money
from trust_commissioning.shipped_monitoring import checklist, shipped_rule

PATTERN = PatternRule(concerns=3, months=6)
TODAY = date(2003, 12, 31)


def concern(day: date, source: str = "low_measure", weight: str = "minor", **more) -> Concern:
    return Concern(
        reference=f"K-{day.isoformat()}",
        provider="oakfield",
        day=day,
        source=ConcernSource(source),
        weight=Weight(weight),
        words="Said",
        **more,
    )


def test_a_single_low_measure_is_watched_and_never_a_pattern():
    at = concerns_at([concern(date(2003, 12, 1))], TODAY, PATTERN)

    assert at.standing is Standing.WATCH
    assert at.why == "1 concern open; 3 within 6 months, or a serious one, would be a pattern."


def test_no_standing_of_the_log_is_a_breach():
    assert "breach" not in " ".join(f"{one.value} {one.title}" for one in Standing)


def test_a_low_measure_alone_may_not_be_called_serious():
    low = concern(TODAY, weight="serious")

    assert [one.code for one in problems_in_concern(low)] == ["low_measure_is_not_serious"]
    assert not list(problems_in_concern(concern(TODAY, "incident", "serious")))


def test_three_concerns_within_six_months_are_a_pattern():
    log = [concern(date(2003, month, 1)) for month in (8, 10, 12)]

    at = concerns_at(log, TODAY, PATTERN)

    assert (at.standing, at.lately, at.trend) == (Standing.PATTERN, 3, Trend.MORE)
    assert at.why == "3 concerns within 6 months."


def test_three_concerns_over_a_longer_time_are_none():
    log = [concern(day) for day in (date(2002, 11, 1), date(2003, 5, 1), date(2003, 12, 1))]

    at = concerns_at(log, TODAY, PATTERN)

    assert (at.standing, at.lately, at.before, at.trend) == (Standing.WATCH, 1, 1, Trend.AS_MANY)


def test_one_serious_incident_is_enough_until_it_is_closed():
    closed = Followed(
        reference="K/1", day=date(2003, 12, 20), step=ConcernStep.CLOSED, words="Put right"
    )
    day = date(2003, 12, 1)

    before = concerns_at([concern(day, "incident", "serious")], TODAY, PATTERN)
    after = concerns_at([concern(day, "incident", "serious", followed=(closed,))], TODAY, PATTERN)

    assert (before.standing, before.why) == (Standing.PATTERN, "1 serious concern open.")
    assert (after.standing, after.open, after.lately) == (Standing.CLEAR, 0, 1)


@given(days=st.lists(st.dates(date(2001, 1, 1), date(2005, 1, 1)), max_size=12))
def test_the_trend_compares_the_latest_months_with_as_many_before(days):
    log = [concern(day) for day in days]

    at = concerns_at(log, TODAY, PATTERN)

    assert at.lately == sum(date(2003, 6, 30) < day <= TODAY for day in days)
    assert at.before == sum(date(2002, 12, 31) < day <= date(2003, 6, 30) for day in days)
    assert (at.trend is Trend.MORE) == (at.lately > at.before)


def test_a_closed_concern_is_not_followed_and_none_from_before_it_was_raised():
    closed = Followed(reference="1", day=TODAY, step=ConcernStep.CLOSED, words="Right")
    early = Followed(reference="2", day=date(2003, 1, 1), step=ConcernStep.NOTE, words="Early")
    raised = concern(date(2003, 6, 1), followed=(closed,))

    assert [one.code for one in problems_in_follow(raised, early)] == [
        "concern_closed",
        "concern_followed_before_raised",
    ]


@pytest.mark.parametrize(
    ("risk", "value", "months"),
    [
        ("high", "1.00", 3),
        ("medium", "499999.99", 6),
        ("medium", "500000.00", 3),
        ("low", "0.00", 12),
        ("low", "2000000.00", 6),
    ],
)
def test_risk_and_value_say_how_often_a_contract_is_checked(risk, value, months):
    assert shipped_rule().months_for(Risk(risk), Money.parse(value)) == months


def test_the_shipped_rule_holds_to_its_own_rules():
    assert not list(problems_in_rule(shipped_rule()))


def test_the_next_check_is_so_many_months_after_the_last_one():
    cycle = Cycle(
        contract="C-1", starts=date(2003, 4, 1), risk=Risk.HIGH, reason="New", officer="Team"
    )
    check = Check(
        reference="V-1", contract="C-1", day=date(2003, 6, 30), kind=CheckKind.DESK, answers=()
    )

    assert next_check(cycle, [], shipped_rule(), Money(1)) == date(2003, 7, 1)
    assert next_check(cycle, [check], shipped_rule(), Money(1)) == date(2003, 9, 30)


def test_a_rule_covers_every_risk_and_never_calls_one_concern_a_pattern():
    rule = CycleRule(
        starts=TODAY,
        bands=(
            Band(risk=Risk.HIGH, at_least=Money(0), months=0),
            Band(risk=Risk.HIGH, at_least=Money(0), months=3),
            Band(risk=Risk.LOW, at_least=Money(1), months=12),
        ),
        pattern=PatternRule(concerns=1, months=6),
    )

    assert [one.code for one in problems_in_rule(rule)] == [
        "monitoring_band_missing",
        "monitoring_band_missing",
        "monitoring_months_outside_range",
        "monitoring_band_repeated",
        "single_concern_is_no_pattern",
    ]


def test_every_item_is_answered_once_with_its_evidence():
    items = (ChecklistItem(code="staff", title="Staff"), ChecklistItem(code="kpis", title="KPIs"))
    check = Check(
        reference="V-1",
        contract="C-1",
        day=TODAY,
        kind=CheckKind.DESK,
        answers=(
            Answered(item="staff", answer=Answer.MET),
            Answered(item="staff", answer=Answer.NOT_APPLICABLE),
            Answered(item="roof", answer=Answer.NOT_MET, evidence="Leaks"),
        ),
    )

    assert [one.code for one in problems_in_check(check, items)] == [
        "evidence_missing",
        "checklist_item_repeated",
        "checklist_item_unknown",
        "checklist_item_not_answered",
    ]


def test_only_a_visit_asks_what_is_seen_on_the_spot():
    desk = tuple(
        Answered(item=one.code, answer=Answer.MET, evidence="Seen")
        for one in checklist()
        if not one.visit
    )

    def problems(kind: CheckKind) -> set[str]:
        check = Check(reference="V-1", contract="C-1", day=TODAY, kind=kind, answers=desk)
        return {one.message.split("”")[0] for one in problems_in_check(check, checklist())}

    assert problems(CheckKind.DESK) == set()
    assert problems(CheckKind.VISIT) == {"“premises", "“records", "“met-children"}


def test_a_concern_of_the_day_the_latest_months_begin_after_is_of_the_months_before():
    log = [concern(date(2003, 6, 30)), concern(date(2003, 7, 1))]

    at = concerns_at(log, TODAY, PATTERN)

    assert (at.lately, at.before) == (1, 1)
