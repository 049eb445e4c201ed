"""The surface people script against: options, keys, one document, nothing else beside it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy import create_engine

from tests.cli.conftest import Trust
from tests.cli.test_commands import EXTRACT, JOURNAL
from trust_commissioning import settings
from trust_commissioning.cli import app
from trust_commissioning.store import engine_for
from trust_commissioning.store.migrating import newest_revision

ANSWER = set(
    "batch file_sha256 rows_read rows_posted rows_skipped total control_total journals "
    "not_attributed problems".split()
)
BUDGET = (
    "fund,account,service,amount,outcome\n"
    "general,Expenses:ThirdParty:FosterCare,,600.00,stay_safe\n"
    ",,,,\n"
    "general,Expenses:ThirdParty:ShortBreaks,,400.00,not_attributed\n"
)


def commands(command: Any = None, name: str = "") -> dict[str, Any]:
    found = command or typer.main.get_command(app)
    inside = getattr(found, "commands", None)
    if inside is None:
        return {name: found}
    return {
        deeper: one
        for word, under in inside.items()
        for deeper, one in commands(under, f"{name} {word}".strip()).items()
    }


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_takes_data_and_json(name: str) -> None:
    options = {word for one in commands()[name].params for word in one.opts}

    assert {"--data", "--json"} <= options


@pytest.mark.parametrize(
    "name",
    [
        "apply",
        "import spend",
        "import journals",
        "import budget",
        "journal submit",
        "journal post",
        "journal reverse",
        "period close",
        "books publish",
        "restore",
        "user add",
        "user disable",
        "user enable",
        "user role",
        "user password",
    ],
)
def test_every_command_that_acts_says_by_whom(name: str) -> None:
    assert "--by" in {word for one in commands()[name].params for word in one.opts}


def test_every_command_of_the_main_job_prints_one_document_and_nothing_else(
    trust: Trust, tmp_path: Path
) -> None:
    files = {
        "password": "correct horse battery staple\n",
        "april.csv": EXTRACT,
        "budget.csv": BUDGET,
        "journal.json": json.dumps(JOURNAL),
        "wealdshire.yaml": "partners: [{code: yot, name: Youth offending team}]\n",
        "journals.csv": (
            "Reference,Fund,Date,Narration,Account,Amount\n"
            "J1,general,30/04/2003,Accrue,Expenses:ThirdParty:FosterCare,50.00\n"
            "J1,general,30/04/2003,Accrue,Liabilities:Accruals,-50.00\n"
        ),
    }
    for name, held in files.items():
        (tmp_path / name).write_text(held)
    asked = """
        init --name Wealdshire --year 2003-04 --password-file password
        apply wealdshire.yaml
        schema
        user add h.clerk --name Hana --role finance_officer
        user add p.approver --name Piers --role approver
        user role h.clerk pool_manager
        user password h.clerk --password-file password
        user disable h.clerk
        user enable h.clerk
        user list
        import spend april.csv --dry-run
        import spend april.csv
        import journals journals.csv
        import budget budget.csv
        journal submit journal.json --by h.clerk
        journal list
        journal post 6 --by p.approver
        journal show 2003-04/000001
        journal reverse 2003-04/000001 --reason twice
        report trial-balance
        report fund-position
        report outcome-spend
        report not-attributed
        books publish
        books verify
        books seal
        check
        backup trust.zip
        restore trust.zip
        migrate
        period list
        period close 2003-04_P12
    """
    for line in asked.strip().splitlines():
        words = [word.replace("_P", " P") for word in line.split()]

        said = trust(*words, "--json")

        assert said.code == 0, (line, said.err, said.out)
        assert isinstance(json.loads(said.out), dict), line
        assert said.err == "", line


def test_migrating_says_which_accounts_the_chart_has_gained_and_adds_them_once(
    founded: Trust,
) -> None:
    """A trust founded before the chart had an account for grants to be paid back."""
    with engine_for(settings.load().url).begin() as connection:
        connection.exec_driver_sql(
            "DELETE FROM account WHERE name = 'Liabilities:Creditors:Grants'"
        )

    first, again = founded("migrate"), founded("migrate", "--json")

    assert first.out.strip().endswith(
        "1 account was added that the chart has gained: Liabilities:Creditors:Grants."
    )
    assert again.json == {"revision": newest_revision(), "accounts_added": []}


def test_a_budget_file_answers_with_the_promised_keys(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "budget.csv"
    file.write_text(BUDGET)

    first = founded("import", "budget", str(file), "--json").json
    second = founded("import", "budget", str(file), "--json").json
    file.write_text(BUDGET.replace("600.00", "650.00"))
    third = founded("import", "budget", str(file), "--json").json

    assert set(first) >= ANSWER
    assert (first["batch"], first["control_total"], first["problems"]) == (None, None, [])
    assert len(first["file_sha256"]) == 64
    assert (first["rows_read"], first["rows_posted"]) == (3, 2)
    assert first["rows_skipped"] == {"blank_row": 1}
    assert (first["total"], first["not_attributed"]) == ("1000.00", "400.00")
    assert (first["journals"], first["numbers"]) == (1, ["2003-04/000001"])
    assert (second["rows_posted"], second["total"], second["journals"]) == (0, "0.00", 0)
    assert (second["rows_unchanged"], second["numbers"]) == (2, [])
    assert (third["rows_posted"], third["rows_unchanged"], third["total"]) == (1, 1, "50.00")
    assert third["file_total"] == "1050.00"


def test_a_budget_dry_run_says_what_would_be_posted_and_posts_nothing(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "budget.csv"
    file.write_text(BUDGET)

    said = founded("import", "budget", str(file), "--dry-run", "--json").json

    assert (said["dry_run"], said["journals"], said["numbers"]) == (True, 1, [])
    assert founded("import", "budget", str(file), "--json").json["journals"] == 1


def test_a_file_of_journals_answers_with_the_promised_keys(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "journals.csv"
    file.write_text(
        "Reference,Fund,Date,Narration,Account,Amount\n"
        "J1,general,30/04/2003,Accrue,Expenses:ThirdParty:FosterCare,50.00\n"
        ",,,,,\n"
        "J1,general,30/04/2003,Accrue,Liabilities:Accruals,-50.00\n"
    )

    said = founded("import", "journals", str(file), "--json").json

    assert set(said) >= ANSWER
    assert (said["rows_read"], said["rows_posted"]) == (3, 2)
    assert said["rows_skipped"] == {"blank_row": 1}
    assert (said["not_attributed"], said["journals"]) == ("50.00", 1)


def test_an_auditor_cannot_make_themselves_administrator(founded: Trust, tmp_path: Path) -> None:
    password = str(tmp_path / "password")
    added = ("--name", "Ada Auditor", "--role", "auditor", "--password-file", password)
    assert founded("user", "add", "a.auditor", *added).code == 0

    for words in (
        ("role", "a.auditor", "administrator"),
        ("password", "admin", "--password-file", password),
        ("disable", "admin"),
        ("add", "x.x", "--name", "X", "--role", "administrator"),
    ):
        said = founded("user", *words, "--by", "a.auditor", "--json")
        assert (said.code, said.json["problems"][0]["code"]) == (1, "not_permitted")


def test_a_preview_of_an_import_is_for_those_who_may_import(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "april.csv"
    file.write_text(EXTRACT)

    said = founded("import", "spend", str(file), "--dry-run", "--by", "p.approver", "--json")

    assert said.json["problems"][0]["code"] == "not_permitted"


def _plain(database_url: str, tmp_path: Path) -> str:
    """The record's address for a program that is not ours."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{tmp_path / 'data' / 'trust.sqlite3'}"
    return database_url


def test_restoring_over_a_record_that_is_not_right_says_what_was_wrong_with_it(
    founded: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    file = tmp_path / "trust.zip"
    assert founded("backup", str(file)).code == 0
    other = create_engine(_plain(database_url, tmp_path))
    with other.begin() as raw:
        if raw.dialect.name == "sqlite":
            raw.exec_driver_sql("DROP TRIGGER guard_chain_head_update")
        else:
            raw.exec_driver_sql("SET session_replication_role = replica")
        raw.exec_driver_sql("UPDATE chain_head SET hash = 'forged'")
    other.dispose()

    said = founded("restore", str(file), "--json")

    assert said.code == 0
    assert said.json["kept_is_right"] is False
    assert "chain_head_differs" in [problem["code"] for problem in said.json["problems"]]
    assert Path(said.json["kept"]).name.endswith("-not-right.zip")
    assert founded("check").code == 0


def test_a_report_written_to_a_file_answers_where(founded: Trust, tmp_path: Path) -> None:
    out = tmp_path / "report.csv"

    said = founded(
        "report", "trial-balance", "--year", "2003-04", "--format", "csv", "--out", str(out),
        "--json",
    )  # fmt: skip

    assert said.json == {"written": str(out), "format": "csv"}
    assert out.read_bytes()


def test_the_demo_goes_where_every_command_looks(trust: Trust, tmp_path: Path) -> None:
    """`trust demo` and the report after it agree on the folder."""
    demo = {one.name: one for one in commands()["demo"].params}

    assert "TRUST_DATA_DIR" in (demo["data"].help or "")


@pytest.mark.slow
def test_the_command_as_it_is_installed_exits_as_promised(tmp_path: Path) -> None:
    def run(*words: str) -> int:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("TRUST_")}
        command = [sys.executable, "-m", "trust_commissioning.cli.main", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=kept, capture_output=True, check=False
        ).returncode

    assert run("init", "--name", "Wealdshire", "--year", "2003-04") == 0
    assert (tmp_path / "trust-data" / "trust.sqlite3").exists()
    assert run("init", "--name", "Other", "--year", "2003-04") == 1
    assert run("init") == 2
    assert run("books", "verify") == 3
