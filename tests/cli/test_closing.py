"""Months and years closed by the command, periods opened again by two people."""

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Trust

ACCRUAL = {
    "fund": "general",
    "period": "2003-04 P01",
    "reference": "A-1",
    "account": "Expenses:ThirdParty:FosterCare",
    "reason": "Placements of April",
    "delivered": {"rate": "750.00", "per": "week", "starts": "2003-04-01", "ends": "2003-04-30"},
}
P01 = "2003-04 P01"


def recorded(trust: Trust, folder: Path, event: str, by: str, **asked: object) -> Any:
    file = folder / "event.json"
    file.write_text(json.dumps(asked))
    said = trust("record", event, str(file), "--by", by, "--json")
    assert said.code == 0, said.out
    return said.json


def test_an_accrual_is_posted_by_another_and_reversed_by_closing_its_month(
    founded: Trust, tmp_path: Path
) -> None:
    entered = recorded(founded, tmp_path, "accrual", "h.clerk", **ACCRUAL)
    posted = founded("journal", "post", str(entered["id"]), "--by", "p.approver", "--json")
    assert posted.code == 0, posted.out

    said = founded("period", "close", P01, "--by", "h.clerk", "--json")
    assert [one["where"] for one in said.json["problems"]] == ["not_attributed"]
    said = founded(
        "period", "close", P01, "--by", "h.clerk", "--reason", "not_attributed=No service"
    )

    assert said.code == 0, said.err
    rows = founded("report", "trial-balance", "--year", "2003-04", "--to", "2", "--json").json[
        "rows"
    ]
    assert {row["account"]: row["balance"] for row in rows} == {
        "Expenses:ThirdParty:FosterCare": "0.00",
        "Liabilities:Accruals": "0.00",
    }


def test_a_period_is_opened_again_by_two_people(founded: Trust) -> None:
    assert founded("period", "close", P01, "--by", "h.clerk").code == 0

    asked = founded(
        "period", "reopen", P01, "--reason", "A late invoice", "--by", "h.clerk", "--json"
    )
    alone = founded("period", "agree", P01, "--by", "h.clerk", "--json")
    agreed = founded("period", "agree", P01, "--by", "p.approver", "--json")

    assert asked.json["status"] == "asked"
    assert [one["code"] for one in alone.json["problems"]] == ["reopening_takes_two_people"]
    assert (agreed.json["status"], agreed.json["agreed_by"]) == ("open", "p.approver")
    listed = founded("period", "list", "--json").json["periods"][0]
    assert (listed["status"], listed["closings"]) == ("open", 1)
    notes = founded("report", "month-end", "--to", P01, "--json").json["notes"]
    assert any("A late invoice" in note for note in notes)


def test_a_year_is_not_closed_before_its_months(founded: Trust) -> None:
    said = founded("year", "close", "2003-04", "--json")

    assert said.code == 1
    assert [one["code"] for one in said.json["problems"]] == ["year_has_open_periods"]
    assert founded("year", "close", "2003", "--json").json["problems"][0]["code"] == (
        "year_unreadable"
    )
