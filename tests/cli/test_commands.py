"""The commands do the main job, say why not, and leave with the promised codes."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Trust

EXTRACT = """Body Name,Service Label,Expenses Type,Date Paid,Transaction Number,Net Amount,Supplier Name
Wealdshire,Childrens Services,Foster Care,29/04/2003,T-1,"1,200.00",Oakfield Fostering
Wealdshire,Childrens Services,Foster Care,30/04/2003,T-2,800.50,Larch House
Wealdshire,Highways,Gritting,30/04/2003,T-3,99.50,Salt and Sons
,,,,,2100.00,
"""
JOURNAL = {
    "fund": "general",
    "period": "2003-04 P01",
    "day": "2003-04-30",
    "narration": "Recode foster care",
    "postings": [
        {"account": "Expenses:ThirdParty:FosterCare", "amount": "100.00", "outcome": "stay_safe"},
        {"account": "Expenses:Unallocated", "amount": "-100.00"},
    ],
    "source": "keyed",
    "source_ref": "one",
}


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "april.csv"
    file.write_text(EXTRACT)
    return file


def test_nothing_can_be_asked_of_a_folder_without_a_trust(trust: Trust) -> None:
    said = trust("report", "trial-balance", "--json")

    assert said.code == 1
    assert [problem["code"] for problem in said.json["problems"]] == ["trust_not_founded"]


def test_a_second_trust_is_not_founded_over_the_first(founded: Trust) -> None:
    said = founded("init", "--name", "Other", "--year", "2004-05")

    assert said.code == 1
    assert "already holds Wealdshire" in said.err


def test_an_extract_is_posted_once_and_its_printed_total_is_not_a_line(
    founded: Trust, extract: Path
) -> None:
    first = founded("import", "spend", str(extract), "--json").json
    second = founded("import", "spend", str(extract), "--json").json

    assert (first["rows_posted"], first["total"]) == (3, "2100.00")
    assert first["printed_total"] == "2100.00"
    assert first["rows_skipped"] == {"total_row": 1}
    assert (second["rows_posted"], second["total"], second["batch"]) == (0, "0.00", first["batch"])


def test_a_control_total_that_does_not_agree_refuses_the_file(
    founded: Trust, extract: Path
) -> None:
    words = ("import", "spend", str(extract), "--where", "Service Label=Childrens Services")

    wrong = founded(*words, "--control-total", "2000.00", "--json")
    right = founded(*words, "--control-total", "2000.50", "--json")

    assert (wrong.code, wrong.json["problems"][0]["code"]) == (1, "control_total_does_not_agree")
    assert "£0.50" in wrong.json["problems"][0]["message"]
    assert (right.code, right.json["rows_posted"]) == (0, 2)


def test_a_refused_file_offers_its_bad_rows_with_the_reason_beside(
    founded: Trust, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(EXTRACT.replace("800.50", "8OO.50").replace(",,,,,2100.00,\n", ""))

    said = founded("import", "spend", str(bad), "--rejects", str(tmp_path / "rejects.csv"))

    assert said.code == 1
    assert "row 3" in said.err
    assert "T-2" in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")
    assert founded("report", "trial-balance", "--year", "2003-04", "--json").json["rows"] == []


def test_a_dry_run_posts_nothing(founded: Trust, extract: Path) -> None:
    said = founded("import", "spend", str(extract), "--dry-run", "--json").json

    assert (said["dry_run"], said["rows_posted"]) == (True, 3)
    assert founded("import", "spend", str(extract), "--json").json["rows_posted"] == 3


def test_a_keyed_journal_is_posted_by_another_person(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "journal.json"
    file.write_text(json.dumps(JOURNAL))
    id = str(founded("journal", "submit", str(file), "--by", "h.clerk", "--json").json["id"])

    own = founded("journal", "post", id, "--by", "h.clerk", "--json")
    others = founded("journal", "post", id, "--by", "p.approver", "--json")
    shown = founded("journal", "show", "2003-04/000001", "--json").json

    assert own.json["problems"][0]["code"] == "not_permitted"
    assert others.json == {"id": int(id), "number": "2003-04/000001"}
    assert (shown["author"], shown["posted_by"]) == ("h.clerk", "p.approver")


def test_a_batch_is_listed_with_what_it_comes_to(founded: Trust, extract: Path) -> None:
    said = founded("import", "spend", str(extract))
    assert "To see them: trust journal list --batch B-00001" in said.out

    listed = founded("journal", "list", "--batch", "B-00001")
    as_json = founded("journal", "list", "--batch", "B-00001", "--json").json

    assert listed.out.endswith("3 journals of B-00001, £2,100.00 of debits.\n")
    assert "2003-04/000001  29 April 2003" in listed.out
    assert (as_json["total_journals"], as_json["total_amount"]) == (3, "2100.00")
    assert as_json["journals"][-1]["day"] == "2003-04-29"
    assert "has posted no journal" in founded("journal", "list", "--batch", "B-00009").out


def test_a_file_that_goes_on_says_what_it_comes_to_with_what_it_continues(
    founded: Trust, tmp_path: Path
) -> None:
    head = "Date,Supplier,Amount\n30/04/2003,Larch House,800.50\n30/04/2003,Elm House,10.00\n"
    (tmp_path / "one.csv").write_text(head)
    (tmp_path / "two.csv").write_text(head + "01/05/2003,Elm House,99.50\n")

    first = founded("import", "spend", str(tmp_path / "one.csv")).out
    second = founded("import", "spend", str(tmp_path / "two.csv")).out

    assert first.startswith("2 lines posted, £810.50, from 2 rows.\n")
    assert "With the batches" not in first
    assert second.startswith("1 line posted, £99.50, from 3 rows.\n")
    assert (
        "With the batches it continues it comes to £910.00; the file itself to £910.00." in second
    )


def test_a_keyed_text_that_may_identify_a_child_is_asked_about(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "journal.json"
    file.write_text(json.dumps(JOURNAL | {"narration": "Fees, dob unknown"}))

    said = founded("journal", "submit", str(file), "--by", "h.clerk")

    assert said.code == 0
    assert "Please look: This text mentions a date of birth." in said.out


def test_outcome_spend_has_the_promised_keys(founded: Trust, extract: Path) -> None:
    founded("import", "spend", str(extract))

    said = founded("report", "outcome-spend", "--json").json

    assert set(said) >= set(
        "report trust fund year to generated_at basis sign columns rows totals books_head".split()
    )
    assert [row["outcome"] for row in said["rows"]] == [
        "be_healthy",
        "stay_safe",
        "enjoy_and_achieve",
        "positive_contribution",
        "economic_well_being",
        "not_attributed",
    ]
    assert said["totals"]["actual"] == "2100.00"


@pytest.mark.parametrize("shape", ["table", "csv", "html", "xlsx", "pdf"])
def test_a_report_comes_in_every_shape(
    founded: Trust, extract: Path, tmp_path: Path, shape: str
) -> None:
    founded("import", "spend", str(extract))
    out = tmp_path / f"report.{shape}"

    said = founded("report", "trial-balance", "--format", shape, "--out", str(out))

    assert said.code == 0, said.err
    contents = out.read_bytes()
    starts = {"xlsx": b"PK", "pdf": b"%PDF"}
    assert contents.startswith(starts[shape]) if shape in starts else b"Assets:HostCash" in contents


def test_the_books_are_published_and_verified_and_the_record_checks(
    founded: Trust, extract: Path
) -> None:
    founded("import", "spend", str(extract))

    assert founded("books", "verify").code == 3  # nothing is published yet
    assert founded("books", "publish").code == 0
    assert founded("books", "verify", "--json").json == {"ok": True, "problems": []}
    assert founded("check", "--json").json == {"ok": True, "problems": []}


def test_a_backup_is_restored_to_the_penny_and_what_was_there_is_kept(
    founded: Trust, extract: Path, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    founded("import", "spend", str(extract), "--where", "Service Label=Highways")
    head = founded("books", "seal", "--json").json
    assert founded("backup", str(file)).code == 0
    founded("import", "spend", str(extract))

    said = founded("restore", str(file), "--json")

    assert said.code == 0, said.err
    assert Path(said.json["kept"]).exists()
    assert founded("books", "seal", "--json").json == head
    assert founded("check").code == 0
    assert founded("import", "spend", str(extract), "--json").json["rows_posted"] == 2


def test_a_backup_that_was_changed_is_not_restored(
    founded: Trust, extract: Path, tmp_path: Path
) -> None:
    founded("import", "spend", str(extract))
    file = tmp_path / "backup.zip"
    founded("backup", str(file))
    with zipfile.ZipFile(file) as held:
        part = held.getinfo("posting.jsonl")
    contents = bytearray(file.read_bytes())
    contents[part.header_offset + 30 + len(part.filename) + len(part.extra) + 40] ^= 1
    file.write_bytes(contents)

    said = founded("restore", str(file), "--json")

    assert said.code == 1
    assert founded("report", "outcome-spend", "--json").json["totals"]["actual"] == "2100.00"


def test_a_closed_period_takes_no_more_and_late_lines_go_where_a_person_says(
    founded: Trust, extract: Path
) -> None:
    seal = founded("period", "close", "2003-04 P01", "--json").json["seal"]

    late = founded("import", "spend", str(extract), "--json")
    moved = founded("import", "spend", str(extract), "--late-into", "2003-04 P02", "--json")
    shown = founded("journal", "show", "2003-04/000001", "--json").json

    assert len(seal) == 64
    assert [problem["code"] for problem in late.json["problems"]] == ["period_not_open"]
    assert moved.json["rows_posted"] == 3
    assert (shown["period"], shown["document_day"]) == ("2003-04 P02", "2003-04-29")


def test_journals_come_in_a_file_and_only_once(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "journals.csv"
    file.write_text(
        "Reference,Fund,Date,Narration,Account,Debit,Credit,Outcome\n"
        "J1,general,30/04/2003,Accrue foster care,Expenses:ThirdParty:FosterCare,50.00,,stay_safe\n"
        "J1,general,30/04/2003,Accrue foster care,Liabilities:Accruals,,50.00,\n"
    )

    first = founded("import", "journals", str(file), "--json").json
    second = founded("import", "journals", str(file), "--json").json

    assert (first["journals"], first["total"], first["already"]) == (1, "50.00", 0)
    assert (second["journals"], second["already"]) == (0, 1)


def test_every_problem_of_a_file_of_journals_is_named_by_row_and_nothing_is_posted(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "journals.csv"
    file.write_text(
        "Reference,Fund,Date,Narration,Account,Amount\n"
        "J1,general,30/04/2003,Good,Expenses:Unallocated,50.00\n"
        "J1,general,30/04/2003,Good,Assets:HostCash,-50.00\n"
        "J2,general,31/02/2003,Bad day,Expenses:Unallocated,50.00\n"
        "J3,nowhere,30/04/2003,Bad fund,Expenses:Unallocated,5O.00\n"
    )

    said = founded("import", "journals", str(file), "--json")

    assert said.code == 1
    found = {(problem["code"], problem.get("row")) for problem in said.json["problems"]}
    assert ("fund_unknown", 5) in found
    assert {row for _, row in found} == {4, 5}


def test_wrong_usage_leaves_with_two(trust: Trust) -> None:
    assert trust("report", "no-such-report").code == 2
    assert trust("import", "spend", "no-such-file.csv").code == 2


# --- columns nobody knows --------------------------------------------------------------------

ODD = """Pd On,Whom,Net GBP
29/04/2003,Oakfield Fostering,"1,200.00"
30/04/2003,Larch House,800.50
"""


def test_columns_nobody_knows_are_said_and_remembered_for_the_next_file(
    founded: Trust, tmp_path: Path
) -> None:
    april, may = tmp_path / "april.csv", tmp_path / "may.csv"
    april.write_text(ODD)
    may.write_text("Pd On,Whom,Net GBP\n30/04/2003,Larch House,99.50\n")
    refused = founded("import", "spend", str(april), "--json")
    assert [one["code"] for one in refused.json["problems"]] == ["headings_not_found"]

    words = ("--columns", "Date=Pd On,Amount=Net GBP", "--columns", "supplier=Whom")
    looked = founded("import", "spend", str(april), *words, "--dry-run", "--json").json
    assert (looked["rows_posted"], looked["total"]) == (2, "2000.50")
    loaded = founded("import", "spend", str(april), *words, "--remember", "Borough", "--json").json
    again = founded("import", "spend", str(april), "--json").json
    following = founded("import", "spend", str(may), "--profile", "borough", "--json").json

    assert (loaded["batch"], loaded["total"]) == ("B-00001", "2000.50")
    assert (again["batch"], again["rows_posted"]) == ("B-00001", 0)
    assert (following["batch"], following["total"]) == ("B-00002", "99.50")


def test_columns_that_are_refused_are_not_remembered(founded: Trust, tmp_path: Path) -> None:
    file = tmp_path / "april.csv"
    file.write_text(ODD)
    words = ("--columns", "Date=Pd On,Amount=Nett", "--remember", "Borough")

    said = founded("import", "spend", str(file), *words, "--json")

    assert said.code == 1
    assert "column_not_found" in [one["code"] for one in said.json["problems"]]
    unknown = founded("import", "spend", str(file), "--profile", "borough", "--json")
    assert [one["code"] for one in unknown.json["problems"]] == ["profile_unknown"]


def test_how_dates_are_written_is_said_beside_columns_that_are_known(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "april.csv"
    file.write_text("Date,Supplier,Amount\n04/05/2003,Oak,10.00\n04/06/2003,Oak,5.00\n")

    said = founded("import", "spend", str(file), "--dates", "month_first", "--dry-run", "--json")
    plain = founded("import", "spend", str(file), "--json")

    assert (said.code, said.json["total"]) == (0, "15.00")
    assert plain.json["total"] == "15.00"
    other = founded("import", "spend", str(file), "--dates", "month_first", "--json")
    assert [one["code"] for one in other.json["problems"]] == ["file_read_otherwise_before"]


@pytest.mark.parametrize(
    "words",
    [("--remember", "ours"), ("--columns", "Amount=Net", "--profile", "sap")],
)
def test_what_does_not_go_together_is_wrong_usage(
    founded: Trust, extract: Path, words: tuple[str, ...]
) -> None:
    assert founded("import", "spend", str(extract), *words).code == 2
