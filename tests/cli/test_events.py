"""Business events through the command: done once, said no to with every problem at once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Trust
from trust_commissioning.recording import EVENTS

BUDGET = """fund,account,service,amount
general,Expenses:ThirdParty:FosterCare,,1000.00
general,Expenses:ThirdParty:ShortBreaks,,500.00
"""
VIREMENT: dict[str, Any] = {
    "fund": "general",
    "day": "2003-06-02",
    "reference": "V-1",
    "reason": "More short breaks in the summer",
    "moves": [
        {"account": "Expenses:ThirdParty:FosterCare", "amount": "-200.00"},
        {"account": "Expenses:ThirdParty:ShortBreaks", "amount": "200.00"},
    ],
}


@pytest.fixture
def budgeted(founded: Trust, tmp_path: Path) -> Trust:
    file = tmp_path / "budget.csv"
    file.write_text(BUDGET)
    assert founded("import", "budget", str(file)).code == 0
    return founded


def asking(folder: Path, **changes: Any) -> str:
    file = folder / "event.json"
    file.write_text(json.dumps(VIREMENT | changes))
    return str(file)


def test_an_event_recorded_twice_happens_once(budgeted: Trust, tmp_path: Path) -> None:
    file = asking(tmp_path)

    first = budgeted("record", "virement", file, "--by", "h.clerk", "--json").json
    second = budgeted("record", "virement", file, "--by", "h.clerk", "--json").json

    assert first["event"] == "virement"
    assert (first["id"], first["status"]) == (second["id"], "submitted")


def test_an_event_that_cannot_be_read_names_every_field_at_once(
    budgeted: Trust, tmp_path: Path
) -> None:
    moves = [{"account": "Expenses:ThirdParty:FosterCare", "amount": "1.005"}, {"amount": 3}]

    said = budgeted("record", "virement", asking(tmp_path, moves=moves, why="x"), "--json")

    assert said.code == 1
    assert {(p["code"], p["where"]) for p in said.json["problems"]} == {
        ("field_unreadable", "moves[0].amount"),
        ("field_missing", "moves[1].account"),
        ("field_unreadable", "moves[1].amount"),
        ("field_unknown", "why"),
    }


def test_an_event_named_twice_in_its_file_is_not_guessed_at(
    budgeted: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "event.json"
    file.write_text('{"fund": "general", "fund": "camhs"}')

    said = budgeted("record", "virement", str(file), "--json")

    assert said.code == 1
    assert [p["code"] for p in said.json["problems"]] == ["json_key_repeated"]


def test_each_event_says_what_it_asks_for(founded: Trust) -> None:
    for name, event in EVENTS.items():
        schema = founded("schema", name, "--json").json
        assert schema["title"] == event.title
        assert schema["additionalProperties"] is False, name
        assert schema["properties"], name
