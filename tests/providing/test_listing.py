"""The directory: entries kept, checked again, and their owners chased when they are late."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.directory import Entry
from ledger.outcomes import Outcome
from ledger.problems import Refused
from tests.providing.conftest import Record
from tests.providing.told import ENTRY, but
from tests.support.trusts import AUDITOR
from trust_commissioning.store import providing, reading, register

LETTER = {"entry": "talk-time", "reference": "chase-1", "day": "2004-06-01"}
CHECKED = {
    "entry": "talk-time",
    "reference": "check-1",
    "day": "2004-06-01",
    "review_day": "2005-06-01",
}


def entry(trust: Engine) -> Entry:
    with reading(trust) as session:
        found = providing.entry(session, "talk-time")
    assert found is not None
    return found


def refused(record: Record, event: str, **asked: object) -> tuple[str, ...]:
    with pytest.raises(Refused) as refusal:
        record(event, **asked)
    return refusal.value.codes


def test_an_entry_is_read_as_it_was_kept(trust: Engine, record: Record) -> None:
    assert record("directory-entry", **ENTRY)["did"] == "added"

    found = entry(trust)

    assert (found.title, found.ages, found.owner) == (
        "Talk Time counselling",
        "Ages 11 to 18",
        "Commissioning office",
    )
    assert found.places[0].access == "A ramp at the side door"
    assert found.costs[0].said == "Free"
    assert found.is_past_review(date(2004, 6, 1))
    assert record("directory-entry", **ENTRY)["did"] == "unchanged"


def test_every_problem_of_an_entry_is_said_at_once(record: Record) -> None:
    wrong = but(
        ENTRY, service="none", provider="none", maximum_age=10, referral="", contacts=[], owner=""
    )

    assert refused(record, "directory-entry", **wrong) == (
        "ages_out_of_order",
        "directory_entry_incomplete",
        "directory_entry_incomplete",
        "directory_entry_incomplete",
        "service_unknown",
        "provider_unknown",
    )


def test_an_address_and_an_email_are_held_to_their_form(record: Record) -> None:
    with pytest.raises(Refused) as refusal:
        record("directory-entry", **but(ENTRY, website="javascript:x", owner_email="nobody"))
    assert [(p.code, p.where) for p in refusal.value.problems] == [
        ("field_unreadable", "website"),
        ("field_unreadable", "owner_email"),
    ]


def test_a_check_sets_the_next_review_and_is_kept(trust: Engine, record: Record) -> None:
    record("directory-entry", **ENTRY)
    assert record("directory-check", **CHECKED)["did"] == "changed"
    assert record("directory-check", **CHECKED)["did"] == "unchanged"

    found = entry(trust)

    assert (found.assured, found.review_day) == (date(2004, 6, 1), date(2005, 6, 1))
    assert found.version == 2
    assert refused(record, "directory-check", **but(CHECKED, review_day="2006-01-01")) == (
        "event_recorded_otherwise",
    )
    assert refused(
        record, "directory-check", **but(CHECKED, reference="x", review_day="2004-06-01")
    ) == ("review_not_after_the_check",)


def test_editing_an_entry_leaves_when_it_was_checked(trust: Engine, record: Record) -> None:
    record("directory-entry", **ENTRY)
    record("directory-check", **CHECKED)
    record("directory-entry", **but(ENTRY, review_day="2005-06-01", opening="Weekdays, 4 to 7"))

    assert entry(trust).assured == date(2004, 6, 1)


def test_an_owner_is_chased_once_the_review_day_has_passed(record: Record) -> None:
    record("directory-entry", **ENTRY)

    text = record("directory-chase", **LETTER)["text"]

    assert "was to be reviewed by 31 May 2004" in text
    assert record("directory-chase", **LETTER)["text"] == text
    assert refused(record, "directory-chase", **but(LETTER, day="2004-06-02")) == (
        "event_recorded_otherwise",
    )
    record("directory-check", **CHECKED)
    assert refused(record, "directory-chase", **but(LETTER, reference="chase-2")) == (
        "entry_not_past_review",
    )


def test_an_entry_there_is_not_is_neither_checked_nor_chased(record: Record) -> None:
    assert refused(record, "directory-check", **CHECKED) == ("directory_entry_unknown",)
    assert refused(record, "directory-chase", **LETTER) == ("directory_entry_unknown",)


def test_a_service_and_its_outcome_weights_are_kept_with_their_days(
    trust: Engine, record: Record
) -> None:
    record("service", code="mentoring", title="Mentoring", review_day="2005-03-31")
    weights = {"service": "mentoring", "starts": "2004-04-01", "weights": {"stay_safe": 2}}
    assert record("outcome-weights", **weights)["did"] == "added"
    assert record("outcome-weights", **weights)["did"] == "unchanged"
    assert (
        record("outcome-weights", **but(weights, weights={"stay_safe": 1, "be_healthy": 1}))["did"]
        == "changed"
    )
    assert record("service", code="mentoring", title="Mentoring")["did"] == "changed"

    with reading(trust) as session:
        found = register.services(session)["mentoring"]
    assert found.weights_on(date(2004, 4, 1)) == (
        (Outcome.BE_HEALTHY, 1),
        (Outcome.STAY_SAFE, 1),
    )
    assert found.review_day is None
    assert refused(record, "outcome-weights", **but(weights, service="none")) == (
        "service_unknown",
    )


@pytest.mark.parametrize(
    ("event", "asked"),
    [
        ("directory-entry", ENTRY),
        ("directory-check", CHECKED),
        ("directory-chase", LETTER),
        ("service", {"code": "x", "title": "X"}),
    ],
)
def test_who_may_only_read_keeps_no_directory(
    record: Record, event: str, asked: dict[str, Any]
) -> None:
    assert refused(record, event, **but(asked, by=AUDITOR)) == ("not_permitted",)


def test_a_check_told_late_is_kept_and_leaves_the_review_a_later_one_set(
    trust: Engine, record: Record
) -> None:
    record("directory-entry", **ENTRY)
    record("directory-check", **CHECKED)
    late = but(CHECKED, reference="late", day="2004-03-01", review_day="2004-09-01")

    assert record("directory-check", **late)["did"] == "unchanged"

    found = entry(trust)
    assert (found.assured, found.review_day) == (date(2004, 6, 1), date(2005, 6, 1))
    assert record("directory-check", **late)["did"] == "unchanged"
    assert refused(record, "directory-check", **but(late, day="2004-03-02")) == (
        "event_recorded_otherwise",
    )


def test_no_letter_is_dated_ahead_or_written_to_nobody(record: Record) -> None:
    record("directory-entry", **but(ENTRY, published=False, owner=""))

    assert refused(record, "directory-chase", **but(LETTER, day="2004-06-02")) == (
        "directory_entry_incomplete",
        "day_ahead_of_time",
    )
