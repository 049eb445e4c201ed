"""Needs, the register of providers, the directory's reviews: as at the end of a period."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.small_numbers import HIDDEN
from ledger.periods import FinancialYear
from tests.providing.conftest import AT, Record
from tests.providing.told import (
    COMPANY,
    COUNTED,
    ENTRY,
    INSPECTED,
    INSURED,
    NEED,
    OAKFIELD,
    REGISTERED,
    VIEW,
    but,
)
from trust_commissioning.reports import REPORTS, Report, Scope
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.reports.rounding import Unit
from trust_commissioning.store import reading


def look(engine: Engine, name: str, to: int = 12) -> Report:
    with reading(engine) as session:
        return REPORTS[name](session, Scope(None, FinancialYear(2003), to), AT)


def part(report: Report, key: str) -> list[Mapping[str, Any]]:
    return [row for one in report.parts if one.key == key for row in one.rows]


def test_a_need_is_shown_with_its_number_trend_gap_place_and_whose_word_it_is(
    trust: Engine, record: Record
) -> None:
    record("need", **NEED)
    record("need-observation", **but(COUNTED, reference="before", day="2003-03-31", number=45))
    record("need-observation", **but(COUNTED, reference="now", day="2004-03-31", number=57))
    record(
        "need-provision",
        need="foster-teens",
        reference="p1",
        day="2004-01-31",
        provided=41,
        said_by="Placements team",
    )
    record(
        "need-priority",
        need="foster-teens",
        reference="o1",
        day="2003-04-20",
        outcome="stay_safe",
        rank=2,
        reason="The board",
    )

    report = look(trust, "needs")

    (row,) = report.rows
    assert (row["number"], row["trend"], row["provided"], row["gap"]) == (55, "Rising", 40, 15)
    assert row["said"] == "Placements team, 31 January 2004"
    assert row["priority"] == "2 in Stay safe"
    assert [(one["outcome"], one["rank"], one["gap"]) for one in part(report, "priorities")] == [
        ("Stay safe", 2, 15)
    ]
    (earlier,) = look(trust, "needs", to=9).rows
    assert (earlier["number"], earlier["trend"], earlier["gap"]) == (45, "Not known", "Not known")


def test_what_nobody_counted_is_not_known_and_a_small_number_is_not_shown(
    trust: Engine, record: Record
) -> None:
    record("need", **NEED)
    (row,) = look(trust, "needs").rows
    assert (row["number"], row["gap"]) == ("Not known", "Not known")

    record("need-observation", **but(COUNTED, number=7))

    record(
        "need-provision",
        need="foster-teens",
        reference="p1",
        day="2004-01-31",
        provided=40,
        said_by="Placements team",
    )

    report = look(trust, "needs")

    (row,) = report.rows
    assert (row["number"], row["provided"]) == ("Not shown (small numbers)", 40)
    assert row["gap"] == "Not shown (small numbers)"
    assert [one["number"] for one in part(report, "numbers")] == ["Not shown (small numbers)"]


def test_what_was_hidden_on_one_day_is_not_told_exactly_by_another(
    trust: Engine, record: Record
) -> None:
    """Five of 52 had no provision in January; in March 62 were counted, and 47 still provided for."""
    record("need", **NEED)
    record("need-observation", **but(COUNTED, reference="a", day="2003-12-31", number=52))
    record("need-observation", **but(COUNTED, reference="b", day="2004-03-31", number=62))
    record(
        "need-provision",
        need="foster-teens",
        reference="p1",
        day="2004-01-31",
        provided=47,
        said_by="Placements team",
    )

    (january,) = look(trust, "needs", to=10).rows
    (march,) = look(trust, "needs").rows

    assert (january["number"], january["provided"], january["gap"]) == (50, *[HIDDEN] * 2)
    assert (march["number"], march["provided"], march["gap"]) == (60, 45, 15)
    assert [one["number"] for one in part(look(trust, "needs"), "numbers")] == [50, 60]


def test_a_view_stands_beside_what_it_changed_from_the_day_it_did(
    trust: Engine, record: Record
) -> None:
    record("need", **NEED)
    record("view", **VIEW)
    record(
        "view-change",
        reference="l1",
        view="view-1",
        day="2004-03-15",
        changed="service",
        what="fostering",
        words="Homes near the school are looked for first.",
    )

    (before,) = part(look(trust, "needs", to=11), "views")
    (after,) = part(look(trust, "needs", to=12), "views")

    assert before["changed"] == "Nothing is recorded yet"
    assert after["changed"] == (
        "The design of a service, Fostering, 15 March 2004: Homes near the school are looked for "
        "first."
    )
    assert part(look(trust, "needs", to=10), "views") == []


def test_a_provider_is_shown_with_everything_that_stops_new_call_offs(
    trust: Engine, record: Record
) -> None:
    record("provider", **OAKFIELD)
    record("provider-identifier", **COMPANY)
    record("provider-registration", **REGISTERED)
    record("provider-document", **but(INSURED, starts="2003-04-01", expires="2004-06-30"))
    record("inspection", **INSPECTED)

    report = look(trust, "provider-register")

    (row,) = report.rows
    assert row["identifiers"] == "Companies House number 01234567"
    assert row["registration"] == (
        "National Care Standards Commission F0001, registered since 1 April 2003"
    )
    assert row["inspection"] == "Standards met in part, 10 March 2004"
    assert (row["contracts"], row["stops"]) == (1, 4)
    assert report.totals == {"contracts": 1, "stops": 4}
    (soon,) = part(report, "expiring")
    assert (soon["document"], soon["expires"], soon["left"], soon["cover"]) == (
        "Public liability insurance",
        "30 June 2004",
        "91 days",
        "£5,000,000.00",
    )
    assert len(part(report, "stopped")) == 4
    assert part(look(trust, "provider-register", to=1), "expiring") == []


def test_an_entry_past_its_review_is_to_be_chased_until_it_is_checked(
    trust: Engine, record: Record
) -> None:
    record("directory-entry", **but(ENTRY, review_day="2004-02-29"))

    report = look(trust, "directory-reviews")

    (late,) = part(report, "late")
    assert (late["late"], late["chased"], late["owner"]) == (
        "31 days",
        "Not yet",
        "Commissioning office",
    )
    assert [row["state"] for row in report.rows] == ["Past review"]
    assert [row["state"] for row in look(trust, "directory-reviews", to=11).rows] == ["In date"]

    record("directory-chase", entry="talk-time", reference="c1", day=date(2004, 3, 10))
    assert part(look(trust, "directory-reviews"), "late")[0]["chased"] == "10 March 2004"

    record(
        "directory-check",
        entry="talk-time",
        reference="k1",
        day="2004-03-20",
        review_day="2005-03-20",
    )
    assert part(look(trust, "directory-reviews"), "late") == []


@pytest.mark.parametrize("name", ["needs", "provider-register", "directory-reviews"])
def test_each_is_given_out_as_a_paper_of_every_kind(
    trust: Engine, record: Record, name: str
) -> None:
    record("need", **NEED)
    record("need-observation", **COUNTED)
    record("view", **VIEW)
    record("provider", **OAKFIELD)
    record("provider-document", **INSURED)
    record("directory-entry", **ENTRY)

    report = look(trust, name)

    for kind in KINDS.values():
        assert kind.make(report, Unit.PENCE)
