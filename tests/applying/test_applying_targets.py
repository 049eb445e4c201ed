"""Indicators and outcome targets in the file of a trust: kept once, refused by their YAML path."""

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.applying.conftest import Apply
from trust_commissioning.store import reading
from trust_commissioning.store.targeting import indicators, mappings, targets

DOCUMENT = """
indicators:
  - code: stable-placements
    name: Children in one placement for two years
    unit: percent
    direction: higher
    outcome: stay_safe
indicator_mappings:
  - reference: map-1
    indicator: neet_16_18
    starts: 2004-04-01
    outcomes: [enjoy_and_achieve]
    reason: Printed at the end of that list
targets:
  - code: stability
    indicator: stable-placements
    baseline: {day: 2003-04-01, figure: "60"}
    points:
      - {day: 2004-04-01, figure: "66.5"}
      - {day: 2006-04-01, figure: "80"}
    owner: Head of fostering
  - code: in-care
    indicator: looked_after
    baseline: {day: 2003-04-01, figure: "612"}
    points: [{day: 2006-04-01, figure: "560"}]
    path: stepped
    owner: Head of fostering
"""


def test_the_files_measures_and_targets_are_kept_once(applied: Apply, founded: Engine) -> None:
    said = [f"{one.did} {one.kind} {one.key}" for one in applied(DOCUMENT)]

    assert said == [
        "added indicator stable-placements",
        "added indicator mapping map-1",
        "added outcome target stability",
        "added outcome target in-care",
    ]
    assert applied(DOCUMENT) == []
    with reading(founded) as session:
        assert "stable-placements" in indicators(session)
        assert [one.reference for one in mappings(session)] == ["map-1"]
        assert targets(session)["stability"].points[0].figure.printed == "66.5"


def test_what_the_file_changes_of_a_target_says_why(applied: Apply) -> None:
    applied(DOCUMENT)
    changed = DOCUMENT.replace('figure: "80"', 'figure: "78"')

    with pytest.raises(Refused) as refusal:
        applied(changed)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.where) == ("target_change_without_reason", "targets[0].reason")
    said = applied(changed.replace("owner: Head", "reason: Carers are short\n    owner: Head", 1))
    assert [f"{one.did} {one.key}" for one in said] == ["changed stability"]


def test_every_target_that_is_wrong_is_told_by_its_path_and_nothing_is_kept(
    applied: Apply, founded: Engine
) -> None:
    wrong = DOCUMENT.replace("indicator: looked_after", "indicator: nobody").replace(
        "2004-04-01, figure", "2003-04-01, figure"
    )

    with pytest.raises(Refused) as refusal:
        applied(wrong)

    assert [(one.code, one.where) for one in refusal.value.problems] == [
        ("points_out_of_order", "targets[0].points[0].day"),
        ("indicator_unknown", "targets[1].indicator"),
    ]
    with reading(founded) as session:
        assert "stable-placements" not in indicators(session)


def test_a_dry_run_only_says(applied: Apply, founded: Engine) -> None:
    assert len(applied(DOCUMENT, dry_run=True)) == 4

    with reading(founded) as session:
        assert targets(session) == {}


def test_a_figure_without_quotes_has_been_through_binary_fractions(applied: Apply) -> None:
    with pytest.raises(Refused) as refusal:
        applied(DOCUMENT.replace('figure: "66.5"', "figure: 66.5"))

    assert "Write 66.5 in quotes" in refusal.value.problems[0].message


def test_a_target_named_twice_is_refused(applied: Apply) -> None:
    with pytest.raises(Refused) as refusal:
        applied(DOCUMENT.replace("code: in-care", "code: stability"))

    assert refusal.value.codes == ("entry_repeated",)
