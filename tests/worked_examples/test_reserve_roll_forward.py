"""A real reserve rolled forward over two year ends, through the public commands.

Source: Bournemouth, Christchurch and Poole Council, democracy.bcpcouncil.gov.uk/mgAi.aspx?ID=7401:
£37,658 brought forward, £28,647 underspent, £19,272 put in by the budget, £85,577 carried forward.
The year's budget of £100,000.00 is made up; what was spent of it follows from the underspend. So are
the years it is told in.
"""

import json
from pathlib import Path

from tests.cli.conftest import Trust

CARRIED = {
    "fund": "general",
    "year": "2003-04",
    "rule": "carry_forward",
    "clause": "The reserve stays with its fund",
}
SPENT = "Expenses:ThirdParty:VoluntaryOrganisations"
EARLIER = """reference,fund,date,narration,account,amount
J-1,general,2003-06-02,What earlier years left,Assets:HostCash,37658.00
J-1,general,2003-06-02,What earlier years left,Income:Other,-37658.00
"""
THE_YEAR = f"""reference,fund,date,narration,account,amount
J-2,general,2004-06-02,Money for the year and for the reserve,Assets:HostCash,119272.00
J-2,general,2004-06-02,Money for the year and for the reserve,Income:Other,-119272.00
J-3,general,2004-09-01,Spent of a budget of 100000.00,{SPENT},71353.00
J-3,general,2004-09-01,Spent of a budget of 100000.00,Assets:HostCash,-71353.00
"""


def close(trust: Trust, year: str) -> None:
    for number in range(1, 13):
        said = trust("period", "close", f"{year} P{number:02d}", "--reason", "Known")
        assert said.code == 0, said.out + said.err
    said = trust("year", "close", year, "--reason", "Known", "--json")
    assert said.code == 0, said.out
    assert said.json["given_back"] == []


def load(trust: Trust, folder: Path, rows: str) -> None:
    file = folder / "journals.csv"
    file.write_text(rows)
    said = trust("import", "journals", str(file))
    assert said.code == 0, said.out + said.err


def position(trust: Trust, year: str) -> dict[str, str]:
    said = trust("report", "fund-position", "--year", year, "--fund", "general", "--json")
    (row,) = said.json["rows"]
    return {name: row[name] for name in ("opening", "surplus", "closing")}


def test_the_reserve_of_poole_trustees_rolls_forward_as_it_was_published(
    founded: Trust, tmp_path: Path
) -> None:
    rule = tmp_path / "rule.json"
    rule.write_text(json.dumps(CARRIED))
    assert founded("record", "year-end-rule", str(rule)).code == 0
    load(founded, tmp_path, EARLIER)
    close(founded, "2003-04")

    load(founded, tmp_path, THE_YEAR)
    close(founded, "2004-05")

    # 28,647 + 19,272 = 47,919; 37,658 + 47,919 = 85,577.
    assert position(founded, "2004-05") == {
        "opening": "37658.00",
        "surplus": "47919.00",
        "closing": "85577.00",
    }
    assert position(founded, "2005-06")["opening"] == "85577.00"
    assert founded("books", "publish").code == 0
    assert founded("books", "verify").code == 0
    assert founded("check").code == 0
