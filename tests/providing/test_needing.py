"""Needs and children's views are recorded once, on a day, by somebody who may."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from contracts.needs import Need, Trend
from ledger.outcomes import Outcome
from ledger.problems import Refused
from tests.providing.conftest import BUYER, Record
from tests.providing.told import COUNTED, NEED, VIEW, but
from tests.support.trusts import AUDITOR
from trust_commissioning.store import providing, reading
from trust_commissioning.store.tables import AuditEventRow


def need(trust: Engine) -> Need:
    with reading(trust) as session:
        return providing.needs(session)["foster-teens"]


def refused(record: Record, event: str, **asked: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        record(event, **asked)
    return refusal.value.codes


def test_a_need_with_its_numbers_provision_and_places_is_read_as_it_was_recorded(
    trust: Engine, record: Record
) -> None:
    record("need", **NEED)
    record("need-observation", **COUNTED)
    record("need-observation", **but(COUNTED, reference="count-2004", day="2004-03-31", number=64))
    record(
        "need-provision",
        need="foster-teens",
        reference="prov-1",
        day="2004-04-01",
        provided=41,
        said_by="Placements team",
        service="fostering",
    )
    record(
        "need-priority",
        need="foster-teens",
        reference="prio-1",
        day="2004-04-20",
        outcome="stay_safe",
        rank=1,
        reason="The board, 20 April 2004",
    )

    found = need(trust)

    assert (found.group, found.locality, found.version) == (
        "Looked-after children aged 13 to 17",
        "Wealdshire",
        1,
    )
    day = date(2004, 5, 1)
    assert found.number_on(day).number == 64
    assert found.trend_on(day) is Trend.RISING
    assert found.gap_on(day).number == 23
    assert found.priorities_on(day)[Outcome.STAY_SAFE].rank == 1


def test_the_same_again_is_the_same_and_other_contents_are_refused(record: Record) -> None:
    assert record("need", **NEED)["did"] == "added"
    assert record("need", **NEED)["did"] == "unchanged"
    assert record("need", **but(NEED, owner="Fostering"))["did"] == "changed"

    assert record("need-observation", **COUNTED)["did"] == "added"
    assert record("need-observation", **COUNTED)["did"] == "unchanged"
    assert refused(record, "need-observation", **but(COUNTED, number=58)) == (
        "event_recorded_otherwise",
    )


def test_a_correction_is_a_later_row_for_the_same_day(trust: Engine, record: Record) -> None:
    record("need", **NEED)
    record("need-observation", **COUNTED)
    record("need-observation", **but(COUNTED, reference="count-2003-corrected", number=75))

    found = need(trust)

    assert [one.number for one in found.observations] == [57, 75]
    assert found.number_on(date(2004, 1, 1)).number == 75


def test_somebody_who_read_an_earlier_version_is_told_to_read_again(record: Record) -> None:
    record("need", **NEED)
    record("need", **but(NEED, owner="Fostering", version=1))

    assert refused(record, "need", **but(NEED, owner="Homes", version=1)) == (
        "entry_version_is_stale",
    )


def test_every_problem_is_said_at_once_and_nothing_is_kept(trust: Engine, record: Record) -> None:
    assert refused(
        record,
        "view",
        **but(VIEW, need="no-need", service="no-service", day="2030-01-01"),
    ) == ("need_unknown", "service_unknown", "day_ahead_of_time")
    with reading(trust) as session:
        assert providing.views(session) == []


def test_a_number_is_of_a_need_there_is_and_of_a_day_that_has_come(record: Record) -> None:
    assert refused(record, "need-observation", **COUNTED) == ("need_unknown",)
    record("need", **NEED)
    assert refused(record, "need-observation", **but(COUNTED, day="2030-01-01")) == (
        "day_ahead_of_time",
    )


def test_a_view_is_linked_to_what_it_changed(trust: Engine, record: Record) -> None:
    record("need", **NEED)
    record("view", **VIEW)
    record(
        "view-change",
        reference="led-1",
        view="view-1",
        day="2004-04-01",
        changed="service",
        what="fostering",
        words="Placements are looked for near the child's school first.",
    )

    with reading(trust) as session:
        (view,), (led,) = providing.views(session), providing.led(session)
    assert (led.view, led.what) == (view.reference, "fostering")


def test_a_view_is_about_something_and_a_change_is_of_something_there_is(record: Record) -> None:
    record("need", **NEED)
    nothing = {key: value for key, value in VIEW.items() if key != "need"}
    assert refused(record, "view", **nothing) == ("view_about_nothing",)
    change = {
        "reference": "led-1",
        "view": "view-1",
        "day": "2004-01-01",
        "changed": "need",
        "what": "no-need",
        "words": "Changed",
    }
    assert refused(record, "view-change", **change) == ("view_unknown", "need_unknown")
    record("view", **VIEW)
    assert refused(record, "view-change", **change) == ("change_before_the_view", "need_unknown")


def test_a_view_may_have_changed_a_review_that_is_on_record(trust: Engine, record: Record) -> None:
    record("need", **NEED)
    record("view", **VIEW)
    change = {
        "reference": "led-1",
        "view": "view-1",
        "day": "2004-05-20",
        "changed": "review",
        "what": "R-1",
        "words": "The school's nearness is looked at in each review.",
    }
    assert refused(record, "view-change", **change) == ("review_unknown",)

    record(
        "review", contract="C-0001", reference="R-1", day="2004-05-10", words="Delivered as agreed"
    )
    record("view-change", **change)

    with reading(trust) as session:
        assert [one.what for one in providing.led(session)] == ["R-1"]


def test_a_text_that_may_identify_a_child_is_asked_about_and_not_repeated(record: Record) -> None:
    record("need", **NEED)

    done = record("view", **but(VIEW, words="Said by the boy born 3/4/1992 at the meeting"))

    assert done["did"] == "added"
    assert {one["code"] for one in done["questions"]} == {
        "looks_like_date_of_birth",
        "mentions_date_of_birth",
    }
    assert not any("1992" in str(one) for one in done["questions"])


def test_who_may_only_read_keeps_no_need(record: Record) -> None:
    with pytest.raises(Refused) as refusal:
        record("need", by=AUDITOR, **NEED)
    assert refusal.value.codes == ("not_permitted",)


def test_what_was_done_by_whom_is_in_the_audit_trail(trust: Engine, record: Record) -> None:
    record("need", **NEED)
    record("need-observation", **COUNTED)
    record("need", **but(NEED, owner="Fostering"))

    with reading(trust) as session:
        rows = [
            (row.person, row.action, row.object_key)
            for row in session.exec(select(AuditEventRow).order_by(col(AuditEventRow.id)))
        ]
    assert rows == [
        (BUYER, "need_added", "foster-teens"),
        (BUYER, "observation_recorded", "count-2003"),
        (BUYER, "need_changed", "foster-teens"),
    ]
