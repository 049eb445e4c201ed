"""Measures are kept with their history: who mapped, agreed or revised what, when and why."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from contracts.indicators import outcomes_on, standing
from ledger.outcomes import Outcome
from ledger.problems import Refused
from tests.support.trusts import past_the_authorizer
from tests.targeting.conftest import AT, STABLE, TARGET, Record, seen
from trust_commissioning import backing_up
from trust_commissioning.store import engine_for, reading
from trust_commissioning.store.tables import AuditEventRow, table_of
from trust_commissioning.store.targeting import (
    indicators,
    mappings,
    observations,
    target_versions,
    targets,
)


def refused(record: Record, event: str, **asked: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        record(event, **asked)
    return refusal.value.codes


def audited(session: Session, kind: str) -> list[tuple[str, str, str]]:
    event = table_of(AuditEventRow)
    rows = session.execute(
        select(event.c.person, event.c.action, event.c.after)
        .where(event.c.object_kind == kind)
        .order_by(event.c.id)
    )
    return [tuple(row) for row in rows]


def test_an_indicator_of_the_trusts_own_stands_beside_the_53(
    record: Record, engine: Engine
) -> None:
    assert record("indicator", **STABLE)["did"] == "added"
    assert record("indicator", **STABLE)["did"] == "unchanged"
    assert record("indicator", **{**STABLE, "note": "Two years and more"})["did"] == "changed"

    with reading(engine) as session:
        every = indicators(session)
        assert len(every) == 54
        assert every["stable-placements"].note == "Two years and more"
        assert every["looked_after"].direction == "context"
        assert [action for _, action, _ in audited(session, "indicator")] == [
            "indicator_added",
            "indicator_changed",
        ]


def test_what_is_shipped_is_never_changed_but_in_its_mapping(record: Record) -> None:
    asked = {**STABLE, "code": "looked_after"}

    assert refused(record, "indicator", **asked) == ("indicator_is_shipped",)


def test_every_problem_of_an_indicator_is_told_at_once(record: Record) -> None:
    asked = {**STABLE, "code": "looked_after", "aim": "Ready for school"}

    assert refused(record, "indicator", **asked) == ("indicator_is_shipped", "aim_not_of_outcome")


def test_what_a_figure_means_stays_once_one_was_observed(record: Record) -> None:
    record("indicator", **STABLE)
    assert record("indicator", **{**STABLE, "unit": "children"})["did"] == "changed"
    record("indicator", **STABLE)
    seen(record, "o1", "62")

    asked = {**STABLE, "unit": "children", "direction": "lower"}
    assert refused(record, "indicator", **asked) == ("indicator_observed_already",) * 2
    assert record("indicator", **{**STABLE, "name": "Another name"})["did"] == "changed"


def test_a_mapping_is_dated_and_recorded_with_who_and_why(record: Record, engine: Engine) -> None:
    asked = {
        "reference": "map-1",
        "indicator": "neet_16_18",
        "starts": "2004-04-01",
        "outcomes": ["enjoy_and_achieve", "economic_well_being"],
        "reason": "The Green Paper prints it under enjoying and achieving",
    }
    assert record("indicator-mapping", **asked)["did"] == "added"
    assert record("indicator-mapping", **asked)["did"] == "unchanged"
    assert refused(record, "indicator-mapping", **{**asked, "reason": "Another"}) == (
        "mapping_recorded_otherwise",
    )
    record("indicator-mapping", **{**asked, "reference": "map-2", "outcomes": []})

    with reading(engine) as session:
        every = mappings(session)
        neet = indicators(session)["neet_16_18"]
        assert [(one.reference, one.by) for one in every] == [
            ("map-1", "f.officer"),
            ("map-2", "f.officer"),
        ]
        assert outcomes_on(neet, every, date(2004, 3, 31)) == (Outcome.ECONOMIC_WELL_BEING,)
        assert outcomes_on(neet, every, date(2004, 4, 1)) == ()
        (_, action, after) = audited(session, "indicator")[0]
        assert action == "indicator_mapped"
        assert "The Green Paper prints it" in after


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        (
            "indicator-mapping",
            {"reference": "m", "starts": "2004-04-01", "outcomes": [], "reason": "x"},
        ),
        ("outcome-target", TARGET),
        ("observation", {"reference": "o", "day": "2004-04-01", "figure": "1", "source": "x"}),
    ],
)
def test_what_nobody_knows_is_not_mapped_targeted_or_observed(
    record: Record, event: str, asked: dict[str, Any]
) -> None:
    assert refused(record, event, **{**asked, "indicator": "nobody"}) == ("indicator_unknown",)


def test_a_target_agreed_otherwise_needs_a_reason_and_keeps_what_it_was(
    record: Record, engine: Engine
) -> None:
    record("indicator", **STABLE)
    assert record("outcome-target", **TARGET)["did"] == "added"
    assert record("outcome-target", **TARGET)["did"] == "unchanged"
    later = {**TARGET, "points": [{"day": "2007-04-01", "figure": "80"}]}
    assert refused(record, "outcome-target", **later) == ("target_change_without_reason",)
    assert record("outcome-target", **later, reason="Carers are short")["did"] == "changed"
    assert record("outcome-target", **later)["did"] == "unchanged"

    with reading(engine) as session:
        first, second = target_versions(session)["stability"]
        assert [one.day.isoformat() for one in first.points] == ["2004-04-01", "2006-04-01"]
        assert targets(session)["stability"] == second
        assert second.reason == "Carers are short"


def test_a_target_never_becomes_one_of_something_else(record: Record) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)

    other = {**TARGET, "group": "Under ten", "reason": "Only they count"}
    assert refused(record, "outcome-target", **other) == ("target_of_something_else",)


def test_a_target_with_a_range_or_days_out_of_order_is_refused_whole(record: Record) -> None:
    record("indicator", **STABLE)
    wrong = {
        **TARGET,
        "baseline": {"day": "2003-04-01", "figure": "50-60"},
        "points": [{"day": "2003-04-01", "figure": "70"}],
    }

    assert refused(record, "outcome-target", **wrong) == (
        "target_figure_not_exact",
        "points_out_of_order",
    )


def test_a_revision_takes_the_place_of_a_figure_that_is_kept(
    record: Record, engine: Engine
) -> None:
    record("indicator", **STABLE)
    assert seen(record, "o1", "62")["did"] == "added"
    assert seen(record, "o1", "62")["did"] == "unchanged"
    again = {"reference": "o2", "figure": "61.5", "day": "2003-10-01", "source": "The return"}
    asked = {**again, "indicator": "stable-placements"}
    assert refused(record, "observation", **asked) == ("observation_there_already",)
    assert refused(record, "observation", **asked, revises="o1") == ("revision_without_reason",)
    seen(record, "o2", "61.5", revises="o1", reason="Two late returns")

    with reading(engine) as session:
        every = observations(session)
        assert [(one.reference, one.figure.printed) for one in every] == [
            ("o1", "62"),
            ("o2", "61.5"),
        ]
        assert [one.reference for one in standing(every)] == ["o2"]
        assert [action for _, action, _ in audited(session, "observation")] == [
            "observation_recorded",
            "observation_revised",
        ]


def test_the_same_name_with_another_figure_is_refused(record: Record) -> None:
    record("indicator", **STABLE)
    seen(record, "o1", "62")

    asked = {"reference": "o1", "figure": "63", "day": "2003-10-01", "source": "The return"}
    assert refused(record, "observation", indicator="stable-placements", **asked) == (
        "observation_recorded_otherwise",
    )


def test_a_day_still_to_come_was_not_observed(record: Record) -> None:
    record("indicator", **STABLE)
    asked = {"reference": "o1", "figure": "63", "day": "2004-07-02", "source": "The return"}

    assert refused(record, "observation", indicator="stable-placements", **asked) == (
        "observation_ahead_of_time",
    )


def test_a_figure_is_never_a_binary_fraction(record: Record) -> None:
    record("indicator", **STABLE)

    with pytest.raises(ValueError, match=r"Write 15\.2 in quotes"):
        record(
            "observation",
            reference="o1",
            indicator="stable-placements",
            figure=15.2,
            day="2004-04-01",
            source="The return",
        )


def test_a_text_that_may_name_a_child_is_asked_about(record: Record) -> None:
    record("indicator", **STABLE)

    answer = seen(record, "o1", "62", source="Return of 943 476 5919")

    assert [one["code"] for one in answer["questions"]] == ["looks_like_nhs_number"]
    assert "943" not in str(answer["questions"])


def test_who_may_not_keep_targets_changes_nothing(record: Record, engine: Engine) -> None:
    assert refused(record, "indicator", by="a.auditor", **STABLE) == ("not_permitted",)

    with reading(engine) as session:
        assert len(indicators(session)) == 53


@pytest.mark.parametrize("table", ["indicator_mapping", "outcome_target", "observation"])
def test_what_was_said_is_never_changed_or_taken_away(
    record: Record, engine: Engine, table: str
) -> None:
    _all_of_it(record)
    with engine.connect() as connection:
        for statement in (
            f"UPDATE {table} SET recorded_at = 'never'",
            f"DELETE FROM {table}",
        ):
            past_the_authorizer(connection)
            with pytest.raises(DBAPIError, match="kept_for_ever"):
                connection.execute(text(statement))
            connection.rollback()


def test_all_of_it_comes_back_from_a_backup(record: Record, engine: Engine, tmp_path: Path) -> None:
    _all_of_it(record)
    file, into = tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'restored.sqlite3'}"
    with reading(engine) as session:
        kept = (observations(session), mappings(session), target_versions(session))
    backing_up.back_up(engine, file, at=AT)
    backing_up.restore(into, file, keep=tmp_path / "kept", by="", at=AT)

    restored = engine_for(into)
    with reading(restored) as session:
        assert (observations(session), mappings(session), target_versions(session)) == kept
        assert "stable-placements" in indicators(session)
    restored.dispose()


def _all_of_it(record: Record) -> None:
    record("indicator", **STABLE)
    record("outcome-target", **TARGET)
    seen(record, "o2", "62")
    seen(record, "o1", "61.5", revises="o2", reason="Two late returns")
    record(
        "indicator-mapping",
        reference="map-1",
        indicator="stable-placements",
        starts="2004-04-01",
        outcomes=["be_healthy"],
        reason="Agreed",
    )
