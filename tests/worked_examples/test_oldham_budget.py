"""Oldham's section 75 fund, 2018-19: the budget from its opening to its revised total.

Commissioning Partnership Board, committees.oldham.gov.uk/mgAi.aspx?ID=33640. Printed: £124.986m
pooled aligned, £1.447m pooled, £9.192m of Greater Manchester transformation funding, together
£135.625m; £133.462m after movements and virements. Worked out: £2.163m left the fund. That nothing
else moved the total, and that opening and revised both survive a virement, is what this proves; the
virement's own amount is made up.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Trust

OPENING = """fund,account,service,amount
s75,Expenses:ThirdParty:OtherAuthorities,aligned,124986000.00
s75,Expenses:ThirdParty:Health,pooled,1447000.00
s75,Expenses:ThirdParty:VoluntaryOrganisations,transformation,9192000.00
"""
TRUST = """
years: ["2018-19"]
partners: [{code: council, name: Council}, {code: ccg, name: Clinical Commissioning Group}]
services:
  - {code: aligned, title: Pooled aligned budget}
  - {code: pooled, title: Pooled budget}
  - {code: transformation, title: Greater Manchester transformation funding}
funds:
  - {code: s75, title: Section 75 fund, kind: pooled, legal_basis: nhs_act_2006_s75, host: council}
"""
MOVED_OUT = {
    "fund": "s75",
    "year": "2018-19",
    "reason": "Movements out of the fund in the year",
    "lines": [
        {
            "account": "Expenses:ThirdParty:OtherAuthorities",
            "service": "aligned",
            "amount": "122823000.00",
        }
    ],
}
VIREMENT = {
    "fund": "s75",
    "day": "2018-10-01",
    "reference": "V-1",
    "reason": "Transformation work taken on by the pool",
    "moves": [
        {
            "account": "Expenses:ThirdParty:VoluntaryOrganisations",
            "service": "transformation",
            "amount": "-500000.00",
        },
        {"account": "Expenses:ThirdParty:Health", "service": "pooled", "amount": "500000.00"},
    ],
}
EXPECTED_OPENING, EXPECTED_REVISED, EXPECTED_MOVED = "135625000.00", "133462000.00", "-2163000.00"


@pytest.fixture
def oldham(founded: Trust, tmp_path: Path) -> Trust:
    (tmp_path / "trust.yaml").write_text(TRUST)
    (tmp_path / "budget.csv").write_text(OPENING)
    assert founded("apply", str(tmp_path / "trust.yaml")).code == 0
    loaded = founded(
        "import", "budget", str(tmp_path / "budget.csv"), "--year", "2018-19", "--json"
    )
    assert loaded.code == 0, loaded.out
    assert loaded.json["file_total"] == EXPECTED_OPENING
    return founded


def recorded(
    trust: Trust, folder: Path, event: str, asked: Mapping[str, object]
) -> dict[str, object]:
    file = folder / f"{event}.json"
    file.write_text(json.dumps(asked))
    said = trust("record", event, str(file), "--by", "h.clerk", "--json")
    assert said.code == 0, said.out
    answer: dict[str, object] = said.json
    return answer


def totals(trust: Trust) -> dict[str, str]:
    said = trust("report", "budget", "--fund", "s75", "--year", "2018-19", "--json")
    found: dict[str, str] = said.json["totals"]
    return found


def test_oldham_2018_19_opening_and_revised_budget_both_survive_a_virement(
    oldham: Trust, tmp_path: Path
) -> None:
    assert totals(oldham)["original"] == totals(oldham)["revised"] == EXPECTED_OPENING

    recorded(oldham, tmp_path, "budget-change", MOVED_OUT)
    before = totals(oldham)
    assert (before["original"], before["changed"], before["revised"]) == (
        EXPECTED_OPENING,
        EXPECTED_MOVED,
        EXPECTED_REVISED,
    )

    id = recorded(oldham, tmp_path, "virement", VIREMENT)["id"]
    assert oldham("journal", "post", str(id), "--by", "p.approver").code == 0
    after = totals(oldham)

    assert (after["original"], after["changed"], after["revised"]) == (
        EXPECTED_OPENING,
        EXPECTED_MOVED,
        EXPECTED_REVISED,
    )
    assert (after["moved_in"], after["moved_out"]) == ("500000.00", "-500000.00")


def test_oldham_2018_19_each_movement_is_named_with_its_reason(
    oldham: Trust, tmp_path: Path
) -> None:
    recorded(oldham, tmp_path, "budget-change", MOVED_OUT)

    said = oldham("report", "budget", "--fund", "s75", "--year", "2018-19", "--json")

    ((movement,),) = [part["rows"] for part in said.json["parts"]]
    assert (movement["kind"], movement["amount"], movement["reason"]) == (
        "Change",
        EXPECTED_MOVED,
        "Change 1 of the budget for 2018-19: Movements out of the fund in the year",
    )
