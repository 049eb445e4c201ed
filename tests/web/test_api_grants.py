"""Grants through the interface: as they stand, what happened, what is shipped."""

from datetime import date
from typing import Any

from ledger.grant.life import Step
from ledger.money import Money
from tests.support.grants import MAP, allocation, happens, programme, take_on
from tests.support.trusts import AUDITOR, CLERK


def test_a_grant_is_answered_with_its_allocations_as_they_stand(signed_in, engine):
    take_on(engine, given=allocation(with_transfers=Money.parse("1500.00")))
    happens(engine, Step.PAID, date(2003, 5, 30), "400.00")

    (grant,) = signed_in(AUDITOR).get("/api/v1/grants").json()["grants"]

    assert (grant["code"], grant["needs_plan"], grant["unspent"]) == ("special", True, "return")
    assert grant["conditions"] == [
        {"code": "purposes", "wording": "For foster carers only.", "services": ["fostering"]}
    ]
    (one,) = grant["allocations"]
    assert (one["core"], one["with_transfers"]) == ("1000.00", "1500.00")
    assert (one["paid"], one["held_in_advance"], one["earned"]) == ("400.00", "400.00", "0.00")
    assert one["waits_for"] == ["plan_assessed"]
    (year,) = one["years"]
    assert (year["year"], year["announced"], year["available"]) == (
        "2003-04",
        "1000.00",
        "1000.00",
    )


def test_one_grant_is_answered_with_everything_that_happened(signed_in, engine):
    take_on(engine)
    happens(engine, MAP, date(2003, 6, 10), mark="fair")

    client = signed_in(AUDITOR)
    (one,) = client.get("/api/v1/grants/special").json()["allocations"]

    assert [(event["step"], event["mark"], event["journal"]) for event in one["events"]] == [
        ("announced", "", None),
        ("plan_assessed", "fair", "2003-04/000001"),
    ]
    assert client.get("/api/v1/grants/nothing").status_code == 404


def test_the_national_grants_say_how_far_each_figure_can_be_relied_on(signed_in, engine):
    found = signed_in(AUDITOR).get("/api/v1/grants/national").json()["grants"]

    special = next(one for one in found if one["code"] == "quality-protects")
    assert {figure["year"]: figure["status"] for figure in special["core"]}["2001-02"] == "derived"
    assert all(figure["reference"] for one in found for figure in one["core"])


def test_a_grants_life_is_recorded_by_its_events(signed_in, engine):
    take_on(engine, programme(code="other"), allocation(reference="other/1", grant="other"))
    client = signed_in(CLERK)

    def send(event: str, **asked: object) -> dict[str, Any]:
        answer = client.post(f"/api/v1/events/{event}", json=asked)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    paid = {"allocation": "other/1", "reference": "i1", "day": "2003-05-30", "amount": "400.00"}
    held = send("payment", **paid)
    action = {"number": "1.1", "title": "Recruit", "owner": "Team", "milestone": "2003-09-30"}
    send(
        "map",
        allocation="other/1",
        year="2003-04",
        reference="map",
        submitted="2003-06-01",
        objectives=[
            {"number": "1", "title": "Choice", "actions": [{**action, "planned": "400.00"}]}
        ],
    )
    assessed = send(
        "map-assessment",
        allocation="other/1",
        reference="assessed",
        day="2003-06-10",
        mark="the lowest there is",
    )
    cut = send(
        "grant-cut",
        reference="c",
        day="2003-07-01",
        year="2003-04",
        allocations=["other/1"],
        percent="10",
    )

    assert (held["held_in_advance"], held["earned"]) == ("400.00", "0.00")
    assert (assessed["earned"], assessed["due"]) == ("1000.00", "600.00")
    assert cut["revised"][0]["earned"] == "900.00"
    assert send("payment", **paid)["journal"] == held["journal"]
