"""Whatever goes wrong, a command says so in one sentence, or one document, and never a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Said, Trust
from tests.cli.test_commands import EXTRACT, JOURNAL
from trust_commissioning.importing import loading


def only(said: Said, code: int) -> str:
    """The code of the one problem of a command that left with `code`."""
    assert said.code == code, said.err
    (problem,) = said.json["problems"]
    assert set(problem) >= {"code", "message", "where"}
    assert problem["message"].endswith(".")
    return str(problem["code"])


@pytest.mark.parametrize(
    "words",
    [
        ("report", "no-such-report"),
        ("report", "outcome-spend", "--format", "pdf"),
        ("report", "outcome-spend", "--format", "csv"),
        ("import", "spend", "no-such-file.csv"),
        ("journal", "post", "no-id"),
        ("journal", "post", "99999999999999999999"),
        ("no-such-command",),
        ("user", "add", "x.x", "--name", "X", "--role", "treasurer"),
    ],
)
def test_wrong_usage_leaves_with_two_and_one_document(trust: Trust, words: tuple[str, ...]) -> None:
    said = trust(*words, "--json")

    assert only(said, 2) == "wrong_usage"
    assert "Traceback" not in said.err


def test_a_format_there_is_not_is_wrong_usage(founded: Trust) -> None:
    said = founded("report", "trial-balance", "--format", "docx")

    assert (said.code, said.out) == (2, "")
    assert "docx" in said.err


def test_a_database_that_does_not_answer_is_said_in_words(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUST_DATABASE_URL", "postgresql://who:hush-hush@127.0.0.1:1/trust")

    as_json = trust("check", "--json")
    as_words = trust("check")

    assert only(as_json, 1) == "database_unreachable"
    assert as_words.code == 1
    assert as_words.err.startswith("database_unreachable: The database does not answer")
    assert "Traceback" not in as_words.err
    assert "hush-hush" not in as_json.out + as_words.err


def test_an_address_that_is_none_is_not_repeated_since_it_may_hold_a_password(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUST_DATABASE_URL", "hush-hush")

    said = trust("check", "--json")

    assert only(said, 1) == "database_address_unreadable"
    assert "hush" not in said.out + said.err


def test_a_data_folder_with_a_file_that_is_no_database_is_named(
    trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TRUST_DATABASE_URL", raising=False)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "trust.sqlite3").write_bytes(b"scribbled over " * 1000)

    assert only(trust("report", "trial-balance", "--json"), 1) == "database_damaged"


def test_a_file_that_cannot_be_written_is_named_without_its_folder(
    founded: Trust, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    bad = tmp_path / "bad.csv"
    bad.write_text(EXTRACT.replace("800.50", "8OO.50"))

    backup = founded("backup", str(tmp_path / "a-file" / "trust.zip"), "--json")
    rejects = founded("import", "spend", str(bad), "--rejects", "nowhere/x.csv", "--json")
    report = founded(
        "report", "trial-balance", "--year", "2003-04", "--out", "nowhere/x.json", "--json"
    )

    assert [only(said, 1) for said in (backup, rejects, report)] == ["file_unusable"] * 3
    assert rejects.json["problems"][0]["message"] == "x.csv: No such file or directory."


def test_our_own_fault_gives_a_reference_and_the_log_where_it_was_but_not_on_what(
    founded: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("while reading about Jo Okafor")

    monkeypatch.setattr(loading, "read_spend", broken)
    file = tmp_path / "april.csv"
    file.write_text(EXTRACT)

    said = founded("import", "spend", str(file), "--json")

    assert only(said, 1) == "internal_fault"
    reference = said.json["problems"][0]["message"].split("reference: ")[1][:8]
    log = (tmp_path / "data" / "faults.log").read_text()
    assert reference in log
    assert "RuntimeError" in log
    assert "test_saying_no.py" in log
    assert "Okafor" not in log + said.out + said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (json.dumps(JOURNAL).encode("utf-16"), "file_is_not_json"),
        (b"\xff\xfe{", "file_is_not_json"),
        (b'{"fund": "caf\xe9"}', "file_is_not_json"),
        (b"", "file_is_not_json"),
        (b"[1]", "file_is_not_json"),
        (b"[" * 100_000, "file_is_not_json"),
        (b'{"period": ' + b"9" * 5000 + b"}", "file_is_not_json"),
        (b'{"fund": "general", "fund": "camhs"}', "json_key_repeated"),
        (
            json.dumps(JOURNAL).replace(
                '"amount": "100.00"', '"amount": "1.00", "amount": "100.00"'
            ),
            "json_key_repeated",
        ),
    ],
)
def test_a_journal_that_cannot_be_read_for_certain_is_refused(
    founded: Trust, tmp_path: Path, held: bytes | str, code: str
) -> None:
    file = tmp_path / "journal.json"
    file.write_bytes(held if isinstance(held, bytes) else held.encode())

    assert only(founded("journal", "submit", str(file), "--json"), 1) == code


def test_a_journal_saved_with_a_byte_order_mark_is_submitted(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "journal.json"
    file.write_text(json.dumps(JOURNAL), encoding="utf-8-sig")

    said = founded("journal", "submit", str(file), "--by", "h.clerk", "--json")

    assert (said.code, said.json["status"]) == (0, "submitted")


def test_a_file_larger_than_any_we_take_is_refused_before_it_is_read(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as large:
        large.truncate(64 * 2**20 + 1)

    for words in (("import", "spend"), ("import", "budget"), ("journal", "submit"), ("apply",)):
        assert only(founded(*words, str(file), "--json"), 1) == "file_too_large"


def test_a_password_file_in_an_old_encoding_is_refused_and_one_from_windows_is_read(
    founded: Trust, tmp_path: Path
) -> None:
    file = tmp_path / "other-password"
    words = ("user", "password", "h.clerk", "--password-file", str(file), "--json")

    file.write_bytes("kördel vadok benuz".encode("latin-1"))
    latin = founded(*words)
    file.write_bytes(b"\xef\xbb\xbfvadok benuz horap\r\n")
    windows = founded(*words)

    assert only(latin, 1) == "password_file_unreadable"
    assert windows.code == 0
    before = tmp_path / "password-before"
    before.write_text("vadok benuz horap\n")
    file.write_text("kujed topag minor\n")
    own = (*words, "--by", "h.clerk", "--current-password-file", str(before))
    assert founded(*own).code == 0


def test_a_document_is_printed_for_a_name_that_is_no_text(founded: Trust) -> None:
    said = founded("journal", "show", "\udcff", "--json")

    assert only(said, 1) == "text_has_control_characters"


@pytest.mark.slow
def test_a_reader_who_goes_away_is_no_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "trust_commissioning.cli.main", "schema"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.close()
        assert writer.stderr is not None
        said = writer.stderr.read().decode()

    assert "Traceback" not in said
