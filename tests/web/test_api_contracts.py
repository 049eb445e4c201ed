"""Contracts through the interface: the register narrowed, one contract as at a day."""

from typing import Any

from tests.support.trusts import AUDITOR, CLERK

VARIED = {
    "contract": "C-0001",
    "reference": "V1",
    "day": "2003-10-01",
    "reason": "More places",
    "value": "90000.00",
}


def send(client: Any, event: str, **asked: object) -> Any:
    return client.post(
        f"/api/v1/events/{event}", json=asked, headers={"Idempotency-Key": f"{event}-{len(asked)}"}
    )


def test_a_contract_is_answered_as_it_stood_on_the_day_asked_for(signed_in: Any) -> None:
    client = signed_in(CLERK)
    assert send(client, "variation", **VARIED).status_code == 201

    before = client.get("/api/v1/contracts/C-0001?as_at=2003-09-30").json()
    after = client.get("/api/v1/contracts/C-0001?as_at=2003-10-01").json()

    assert before["value"] == before["value_signed"] == after["value_signed"]
    assert after["value"] == "90000.00"
    assert after["phase"] == "in_force"
    assert [lot["code"] for lot in after["lots"]] == ["main"]
    assert "variations" in [part["key"] for part in after["parts"]]
    assert client.get("/api/v1/contracts/C-9999").status_code == 404


def test_the_register_is_narrowed_by_what_is_asked(signed_in: Any) -> None:
    client = signed_in(AUDITOR)

    def numbers(**asked: str) -> list[str]:
        found = client.get("/api/v1/contracts", params={"as_at": "2003-06-30", **asked}).json()
        return [one["number"] for one in found["contracts"]]

    assert numbers() == ["C-0001"]
    assert numbers(search="oakfield") == ["C-0001"]
    assert numbers(search="nothing") == []
    assert numbers(form="spot") == []


def test_a_day_with_no_half_year_after_it_is_refused_and_not_failed_over(signed_in: Any) -> None:
    client = signed_in(AUDITOR)
    for path in ("contracts", "contracts/C-0001", "needs", "providers", "directory-entries"):
        answer = client.get(f"/api/v1/{path}?as_at=9999-12-31")
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/as_at")
