"""Needs, providers and directory entries through the interface, as they stand on a day."""

from typing import Any

from tests.providing.told import COMPANY, COUNTED, ENTRY, INSURED, NEED, OAKFIELD, but
from tests.support.trusts import AUDITOR, CLERK

MARCH = "?as_at=2004-03-31"


def send(client: Any, event: str, status: int = 201, **asked: object) -> Any:
    answer = client.post(f"/api/v1/events/{event}", json=asked)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_need_is_answered_with_its_number_trend_and_gap_on_a_day(signed_in) -> None:
    client = signed_in(CLERK)
    send(client, "need", **NEED)
    send(client, "need-observation", **COUNTED)
    send(
        client,
        "need-provision",
        need="foster-teens",
        reference="p1",
        day="2004-01-31",
        provided=41,
        said_by="Placements team",
    )

    (need,) = signed_in(AUDITOR).get(f"/api/v1/needs{MARCH}").json()["needs"]

    assert (need["number"], need["provided"], need["gap"]) == (55, 40, 15)
    assert (need["trend"], need["said_by"]) == ("not_known", ["Placements team"])
    (before,) = signed_in(AUDITOR).get("/api/v1/needs?as_at=2003-12-31").json()["needs"]
    assert (before["number"], before["gap"]) == (55, None)


def test_a_provider_is_answered_with_what_stops_new_call_offs_on_a_day(signed_in) -> None:
    client = signed_in(CLERK)
    send(client, "provider", **but(OAKFIELD, kinds=["goods"]))
    send(client, "provider-identifier", **COMPANY)
    send(client, "provider-document", **but(INSURED, starts="2003-04-01", expires="2004-03-30"))

    found = client.get(f"/api/v1/providers/oakfield{MARCH}").json()

    assert [one["code"] for one in found["stops"]] == [
        "provider_document_expired",
        "provider_document_missing",
    ]
    assert found["identifiers"][0]["org_id"] == "GB-COH-01234567"
    assert found["documents"][0]["cover"] == "5000000.00"
    assert found["sites"][0]["name"] == "Oakfield House"
    listed = client.get(f"/api/v1/providers{MARCH}").json()["providers"]
    assert [(one["code"], len(one["stops"])) for one in listed] == [("oakfield", 2)]
    assert client.get("/api/v1/providers/none").status_code == 404


def test_an_entry_is_edited_under_the_version_it_was_read_at(signed_in) -> None:
    client = signed_in(CLERK)
    send(client, "directory-entry", **ENTRY)

    (entry,) = client.get("/api/v1/directory-entries?as_at=2004-06-01").json()["entries"]

    assert (entry["version"], entry["past_review"]) == (1, True)
    assert entry["costs"] == [{"option": "Sessions", "amount": "0.00", "words": ""}]
    send(client, "directory-entry", **but(ENTRY, opening="Weekdays", version=1))
    refused = send(client, "directory-entry", 412, **but(ENTRY, opening="Weekends", version=1))
    assert refused["errors"][0]["code"] == "entry_version_is_stale"


def test_nobody_reads_them_without_signing_in(client) -> None:
    for path in ("needs", "providers", "providers/oakfield", "directory-entries"):
        assert client.get(f"/api/v1/{path}").status_code == 401
