"""Agreements and contributions over the interface, recorded as events there."""

from typing import Any

from tests.support.trusts import AUDITOR, CLERK

AGREEMENT: dict[str, Any] = {
    "reference": "camhs-2003",
    "fund": "camhs",
    "title": "CAMHS pooled fund agreement",
    "host": "council",
    "pool_manager": "Mo Keeper",
    "starts": "2003-04-01",
    "ends": "2006-03-31",
    "parties": [
        {"partner": "council", "body": "local_authority"},
        {"partner": "pct", "body": "primary_care_trust"},
    ],
}
CONTRIBUTION: dict[str, Any] = {
    "fund": "camhs",
    "partner": "pct",
    "year": "2003-04",
    "instalments": [{"day": "2003-04-30", "amount": "250.00"}],
}


def test_an_agreement_and_its_contributions_are_recorded_and_read_back(signed_in):
    client = signed_in(CLERK)
    for event, asked in (
        ("agreement", AGREEMENT),
        ("contribution", CONTRIBUTION),
        ("contributions-due", {"day": "2003-04-30"}),
    ):
        answer = client.post(f"/api/v1/events/{event}", json=asked)
        assert answer.status_code == 201, answer.text

    (agreement,) = client.get("/api/v1/agreements?day=2003-05-01").json()["agreements"]
    (contribution,) = client.get("/api/v1/contributions?fund=camhs").json()["contributions"]

    assert (agreement["host"], agreement["ends"]) == ("council", "2006-03-31")
    assert agreement["gaps"][0] == {
        "content": "a",
        "regulation": "SI 2000/617, regulation 7(3)(a)",
        "message": (
            "The agreement does not state the agreed aims and outcomes "
            "(SI 2000/617, regulation 7(3)(a))."
        ),
    }
    assert contribution["instalments"] == [
        {
            "day": "2003-04-30",
            "amount": "250.00",
            "raised": "250.00",
            "reduced": "0.00",
            "received": "0.00",
            "outstanding": "250.00",
            "disputed": "0.00",
        }
    ]
    assert client.get("/api/v1/agreements?day=2003-03-31").json()["agreements"] == []


def test_an_auditor_reads_and_records_nothing(signed_in):
    client = signed_in(AUDITOR)

    assert client.post("/api/v1/events/agreement", json=AGREEMENT).status_code == 403
    assert client.get("/api/v1/contributions").json() == {"contributions": [], "disputes": []}


def test_a_fund_or_a_year_that_is_not_there_is_404(signed_in):
    client = signed_in(AUDITOR)

    assert client.get("/api/v1/agreements?fund=nobody").status_code == 404
    assert client.get("/api/v1/contributions?year=2003").status_code == 404
