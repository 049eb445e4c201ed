"""A published contracts register and contracts by the command."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Trust
from tests.files.test_contracts_register import CODE, row
from tests.importing.files import as_csv


@pytest.fixture
def founded(trust: Trust) -> Trust:
    trust("init", "--name", "Wealdshire", "--year", "2003-04")
    return trust


def register(folder: Path) -> str:
    file = folder / "contracts.csv"
    file.write_text(as_csv([CODE, row(EndDate="Rolling"), row(ReferenceNumber="DN2")]), "utf-8")
    return str(file)


def test_a_register_is_previewed_taken_in_once_and_shown(founded: Trust, tmp_path: Path) -> None:
    file = register(tmp_path)

    preview = founded("import", "contracts", file, "--dry-run")
    first = founded("import", "contracts", file, "--json").json
    again = founded("import", "contracts", file)
    report = founded("report", "contract-register", "--year", "2003-04", "--json").json

    assert "2 contracts would be kept" in preview.out
    assert "Kept as printed: row 2, ends “Rolling” is not a day." in preview.out
    assert (first["batch"], first["contracts"], first["rows_posted"]) == ("B-00001", 2, 2)
    assert "this register was taken in before, in B-00001" in again.out
    (published,) = (part for part in report["parts"] if part["key"] == "published")
    assert [one["ends"] for one in published["rows"]] == ["“Rolling”", "31 March 2006"]


def test_a_bad_register_is_refused_whole_by_row(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text(as_csv([CODE, row(), [*row(), "more"]]), "utf-8")

    said = founded("import", "contracts", str(file), "--json")

    assert said.code == 1
    assert [(one["code"], one["row"]) for one in said.json["problems"]] == [("row_too_long", 3)]


def test_a_contract_is_recorded_from_a_file_by_its_event(founded: Trust, tmp_path: Path) -> None:
    (tmp_path / "trust.yaml").write_text(
        "services: [{code: fostering, title: Fostering}]\n"
        "providers: [{code: bright, name: Bright Futures, sector: private}]\n",
        "utf-8",
    )
    founded("apply", str(tmp_path / "trust.yaml"))
    file = tmp_path / "contract.json"
    asked = {
        "number": "C-0007",
        "title": "Placements",
        "provider": "bright",
        "service": "fostering",
        "fund": "general",
        "signed": "2003-03-14",
        "value": "300000.00",
        "starts": "2003-04-01",
    }
    file.write_text(json.dumps(asked), "utf-8")

    said = founded("record", "contract", str(file), "--json").json
    report = founded("report", "contract-register", "--year", "2003-04", "--json").json

    assert (said["contract"], said["recorded"]) == ("C-0007", True)
    assert [(one["number"], one["ends"]) for one in report["rows"]] == [("C-0007", "No fixed end")]
