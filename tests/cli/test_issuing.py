"""Issuing by command: what differs first, then the paper; and getting it back as it was."""

import json
import re

from tests.support.papered import ADMIN, fill_the_pool, late_payment
from tests.support.trusts import found_small_trust
from trust_commissioning.store import engine_for, migrate, transaction

QUARTER = ("quarterly-report", "--fund", "camhs", "--year", "2003-04")


def fill(database_url: str) -> None:
    migrate(database_url)
    with transaction(engine_for(database_url)) as session:
        found_small_trust(session)
        session.flush()
        fill_the_pool(session)


def late(database_url: str) -> None:
    with transaction(engine_for(database_url)) as session:
        late_payment(session)


def test_a_report_is_issued_and_got_back_byte_for_byte(trust, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("TRUST_DATABASE_URL", database_url)
    fill(database_url)

    made = trust("issue", *QUARTER, "--to", "9", "--by", ADMIN, "--json")
    assert made.code == 0, made.out
    assert made.json["number"] == "I-0001"
    assert trust("issue", *QUARTER, "--to", "9", "--by", ADMIN, "--json").json == made.json
    late(database_url)
    listed = trust("issued", "--json").json["issued"]
    pdf, page = tmp_path / "q3.pdf", tmp_path / "q3.html"
    assert trust("issued", "I-0001", "--out", str(pdf)).code == 0
    assert trust("issued", "I-0001", "--format", "html", "--out", str(page)).code == 0

    assert [one["number"] for one in listed] == ["I-0001"]
    assert pdf.read_bytes().startswith(b"%PDF")
    assert "8,512.63" in page.read_text()
    whole = trust("issued", "I-0001", "--json").json
    assert whole["contents"]["rows"][-1]["actual"] == "3487.37"


def test_what_differs_is_shown_before_it_is_issued_again(trust, database_url, monkeypatch):
    monkeypatch.setenv("TRUST_DATABASE_URL", database_url)
    fill(database_url)
    trust("issue", *QUARTER, "--to", "6", "--by", ADMIN)

    seen = trust("issue", *QUARTER, "--to", "9", "--dry-run", "--json").json
    (key,) = seen["need_reasons"]
    refused = trust("issue", *QUARTER, "--to", "9", "--by", ADMIN, "--json")
    said = trust("issue", *QUARTER, "--to", "9", "--by", ADMIN, "--reason", f"{key}=Winter")

    assert seen["last"] == "I-0001"
    assert key == "quarterly-report/Therapy/forecast"
    assert refused.code == 1
    assert [one["code"] for one in refused.json["problems"]] == ["change_without_reason"]
    assert (said.code, "I-0002" in said.out) == (0, True)


def test_the_event_issues_it_too(trust, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("TRUST_DATABASE_URL", database_url)
    fill(database_url)
    file = tmp_path / "issue.json"
    asked = {
        "report": "annual-return",
        "fund": "camhs",
        "to": "2003-04 P13",
        "reference": "2003-04",
    }
    file.write_text(json.dumps(asked | {"unit": "thousands"}))

    made = trust("record", "issue", str(file), "--by", ADMIN, "--json")

    assert made.code == 0, made.out
    assert (made.json["number"], made.json["unit"]) == ("I-0001", "thousands")


def test_changes_since_is_a_report_of_its_own(trust, database_url, monkeypatch):
    monkeypatch.setenv("TRUST_DATABASE_URL", database_url)
    fill(database_url)
    trust("issue", *QUARTER, "--to", "9", "--by", ADMIN)
    late(database_url)

    wanted = ("--fund", "camhs", "--year", "2003-04", "--to", "9")
    made = trust("report", "changes-since", *wanted, "--of", "quarterly-report", "--json").json
    other = trust("report", "changes-since", *wanted, "--of", "budget", "--json").json

    moved = {row["key"]: row["movement"] for row in made["rows"]}
    assert moved["quarterly-report/Therapy/actual"] == "1500.00"
    assert other["rows"] == []


def test_a_report_is_printed_in_thousands(trust, database_url, monkeypatch):
    monkeypatch.setenv("TRUST_DATABASE_URL", database_url)
    fill(database_url)

    said = trust("report", *QUARTER, "--to", "9", "--thousands").out

    assert "Figures are in thousands of pounds" in said
    assert re.search(r"^Therapy +9 +4 +9 +11 +2$", said, re.MULTILINE)
