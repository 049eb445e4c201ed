"""A backup is whole or absent, on the disk before it has its name, the same for both databases."""

import json
import os
import sqlite3
import stat
import threading
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlmodel import col

from ledger.problems import Refused
from tests.backing_up.conftest import draft, draft_and_withdraw, pay, put_back
from tests.support.trusts import AT, AUDITOR, CLERK, past_the_authorizer, small_trust
from trust_commissioning import keeper, people, sign_ins
from trust_commissioning.backing_up import Restored, back_up, restore, verify
from trust_commissioning.checking import check
from trust_commissioning.store import engine_for, migrate, reading, transaction
from trust_commissioning.store.tables import AnsweredRequestRow, AuditEventRow


def kept_by(restored: Restored) -> Path:
    """The copy of what was there."""
    assert restored.kept is not None
    return restored.kept


def restores_noted(engine: Engine) -> list[tuple[str, str, str, str]]:
    """Person, object, before, after of each restore in the audit trail."""
    with reading(engine) as session:
        found = session.execute(
            select(
                col(AuditEventRow.person),
                col(AuditEventRow.object_key),
                col(AuditEventRow.before),
                col(AuditEventRow.after),
            ).where(col(AuditEventRow.action) == "restore")
        )
        return [tuple(row) for row in found]


def problems(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [problem.code for problem in check(session)]


def damage(engine: Engine, *statements: str) -> None:
    """What somebody who went round the product did, with its guards put up again."""
    with engine.connect() as connection:
        if past_the_authorizer(connection):
            guards = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            ).all()
            for name, _ in guards:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.exec_driver_sql(statement)
            for _, sql in guards:
                connection.exec_driver_sql(sql)
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
        connection.commit()
    engine.dispose()


# --- backing up -------------------------------------------------------------------------------


def test_a_backup_is_on_the_disk_before_it_has_its_name_and_its_name_after(
    record: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noted_sync(handle: int) -> None:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("sync of the folder" if folder else "sync of the file")
        fsync(handle)

    def noted_replace(self: Path, target: Path) -> Path:
        done.append("name given")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)

    back_up(record, tmp_path / "out" / "trust.zip", at=AT)

    assert done == ["sync of the file", "name given", "sync of the folder"]


def test_a_fault_while_writing_leaves_no_part_and_no_backup(
    record: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: object, *_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", full)

    with pytest.raises(OSError, match="No space left"):
        back_up(record, tmp_path / "out" / "trust.zip", at=AT)

    assert list((tmp_path / "out").iterdir()) == []


def test_a_record_that_is_not_right_is_not_backed_up_and_leaves_no_part(
    record: Engine, tmp_path: Path
) -> None:
    damage(record, "UPDATE balance SET pence = pence + 1")

    with pytest.raises(Refused) as refused:
        back_up(record, tmp_path / "out" / "trust.zip", at=AT)

    assert set(refused.value.codes) == {"balance_differs_from_postings"}
    assert list((tmp_path / "out").iterdir()) == []


def test_a_backup_is_for_its_owners_eyes_only(record: Engine, tmp_path: Path) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)

    assert stat.S_IMODE((tmp_path / "trust.zip").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "spoil",
    [
        lambda held: held[: len(held) // 2],
        lambda _held: b"",
        lambda _held: b"not a backup at all",
        lambda held: held[:40] + bytes([held[40] ^ 1]) + held[41:],
    ],
)
def test_a_backup_that_is_not_whole_is_refused_in_words(tmp_path, request, spoil):
    with small_trust(request, "sqlite", tmp_path) as engine:
        back_up(engine, tmp_path / "trust.zip", at=AT)
    file = tmp_path / "spoilt.zip"
    file.write_bytes(spoil((tmp_path / "trust.zip").read_bytes()))

    with pytest.raises(Refused) as refused:
        verify(file)

    assert set(refused.value.codes) <= {"backup_unreadable", "backup_was_changed"}


# --- restoring --------------------------------------------------------------------------------


def test_restoring_is_in_the_audit_trail_with_who_what_and_both_heads(
    record: Engine, tmp_path: Path
) -> None:
    manifest = back_up(record, tmp_path / "trust.zip", at=AT)
    pay(record, "two")

    restored = put_back(record, tmp_path / "trust.zip", by="x.admin")

    ((person, file, was, now),) = restores_noted(record)
    before, after = json.loads(was), json.loads(now)
    assert (person, file, restored.by) == ("x.admin", "trust.zip", "x.admin")
    assert (before["head_sequence"], after["head_sequence"]) == (2, 1)
    assert after["head_hash"] == manifest["head_hash"]
    assert before["kept"] == kept_by(restored).name
    assert len(after["sha256"]) == 64
    assert problems(record) == []


def test_a_restore_nobody_names_is_the_first_administrators(record: Engine, tmp_path: Path) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)

    assert put_back(record, tmp_path / "trust.zip").by == "x.admin"


def test_a_restore_by_somebody_who_may_not_changes_nothing(record: Engine, tmp_path: Path) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    pay(record, "two")

    with pytest.raises(Refused) as refused:
        put_back(record, tmp_path / "trust.zip", by=AUDITOR)

    assert refused.value.codes == ("not_permitted",)
    assert not (tmp_path / "kept").exists()
    assert pay(record, "three") == "2003-04/000003"


def test_the_copy_of_what_was_there_is_a_backup_that_brings_it_back(
    record: Engine, tmp_path: Path
) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    pay(record, "two")

    kept = kept_by(put_back(record, tmp_path / "trust.zip"))
    again = put_back(record, kept)

    assert again.manifest["head_sequence"] == 2
    assert pay(record, "three") == "2003-04/000003"
    assert problems(record) == []


def test_two_restores_in_one_second_keep_two_copies(record: Engine, tmp_path: Path) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)

    one = kept_by(put_back(record, tmp_path / "trust.zip"))
    two = kept_by(put_back(record, tmp_path / "trust.zip"))

    assert one != two
    assert one.exists()
    assert two.exists()


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (("UPDATE balance SET pence = pence + 1",), "balance_differs_from_postings"),
        (("UPDATE journal SET payee = 'Somebody else'",), "text_seal_differs"),
        (("DELETE FROM chain_head",), "chain_head_differs"),
        (("DELETE FROM trust",), ""),
    ],
)
def test_a_damaged_record_is_kept_as_it_is_and_then_replaced(
    record: Engine, tmp_path: Path, statements: tuple[str, ...], code: str
) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    damage(record, *statements)

    restored = put_back(record, tmp_path / "trust.zip")

    assert kept_by(restored).exists()
    if code:
        assert code in [problem.code for problem in restored.problems]
        assert kept_by(restored).name.endswith("-not-right.zip")
    assert problems(record) == []
    assert pay(record, "one") == "2003-04/000001"


@pytest.mark.parametrize(
    "value", ["'n/a'", "'2003-13-45'", "x'ff00'", "CAST(x'ff' AS TEXT)", "12.5"]
)
def test_a_day_that_is_no_day_is_kept_as_it_stands(tmp_path, request, value):
    with small_trust(request, "sqlite", tmp_path) as engine:
        pay(engine, "one")
        back_up(engine, tmp_path / "trust.zip", at=AT)
        damage(engine, f"UPDATE journal SET document_day = {value}")

        restored = put_back(engine, tmp_path / "trust.zip")

        assert restored.problems
        assert kept_by(restored).name == "before-restore-20030501-093000-not-right.zip"
        with zipfile.ZipFile(kept_by(restored)) as held:
            assert b"one" in held.read("journal.jsonl")
        assert problems(engine) == []


def test_a_file_that_is_no_database_any_more_is_moved_aside_and_the_backup_put_in_its_place(
    tmp_path, request
):
    with small_trust(request, "sqlite", tmp_path) as engine:
        pay(engine, "one")
        back_up(engine, tmp_path / "trust.zip", at=AT)
    there = tmp_path / "trust.sqlite3"
    there.write_bytes(b"scribbled over " * 1000)
    url = f"sqlite:///{there}"

    restored = restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    assert [problem.code for problem in restored.problems] == ["database_damaged"]
    assert (kept_by(restored) / "trust.sqlite3").read_bytes().startswith(b"scribbled")
    assert problems(engine_for(url)) == []


def test_a_file_with_torn_pages_is_replaced_all_the_same(tmp_path, request):
    with small_trust(request, "sqlite", tmp_path) as engine:
        for ref in range(30):
            pay(engine, str(ref))
        back_up(engine, tmp_path / "trust.zip", at=AT)
        with reading(engine) as session:
            session.execute(text("PRAGMA wal_checkpoint"))
    there = tmp_path / "trust.sqlite3"
    with closing(sqlite3.connect(there)) as raw:
        raw.execute("PRAGMA journal_mode=DELETE")
        page = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'posting'").fetchone()[
            0
        ]
    held = bytearray(there.read_bytes())
    held[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
    there.write_bytes(held)
    url = f"sqlite:///{there}"

    restored = restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    assert restored.problems
    assert kept_by(restored).exists()
    assert problems(engine_for(url)) == []


def test_where_the_restore_fails_after_all_the_file_that_could_not_be_read_is_back(
    tmp_path, request
):
    with small_trust(request, "sqlite", tmp_path) as engine:
        back_up(engine, tmp_path / "trust.zip", at=AT)
    there = tmp_path / "trust.sqlite3"
    there.write_bytes(b"scribbled over " * 1000)

    with pytest.raises(Refused):
        restore(
            f"sqlite:///{there}",
            tmp_path / "trust.zip",
            keep=tmp_path / "kept",
            by=AUDITOR,
            at=AT,
        )

    assert there.read_bytes().startswith(b"scribbled")
    assert list((tmp_path / "kept").iterdir()) == []


def test_an_answer_given_under_an_idempotency_key_is_kept(record: Engine, tmp_path: Path) -> None:
    with transaction(record) as session:
        session.add(
            AnsweredRequestRow(
                username=CLERK, key="k", request_hash="h", status=201, answer="{}", at="x"
            )
        )
    back_up(record, tmp_path / "trust.zip", at=AT)

    put_back(record, tmp_path / "trust.zip")

    with reading(record) as session:
        assert session.get_one(AnsweredRequestRow, (CLERK, "k")).status == 201


def test_a_record_moves_from_one_database_to_the_other_and_goes_on(tmp_path, request, record):
    withdrawn = draft_and_withdraw(record, "two")
    with transaction(record) as session:
        keeper.name_keeper(session, "council", by="x.admin", at=AT)
    back_up(record, tmp_path / "trust.zip", at=AT)
    if record.dialect.name == "sqlite":
        url = str(request.getfixturevalue("postgres_url"))
    else:
        url = f"sqlite:///{tmp_path / 'moved' / 'trust.sqlite3'}"

    restored = restore(url, tmp_path / "trust.zip", keep=tmp_path / "kept", by="", at=AT)

    moved = engine_for(url)
    assert restored.kept is None
    assert problems(moved) == []
    assert draft(moved, "three") == withdrawn + 1
    with reading(moved) as session:
        assert keeper.named(session) == "council"
    moved.dispose()


def test_a_journal_posted_while_a_record_is_restored_waits_and_is_not_lost(
    record: Engine, tmp_path: Path
) -> None:
    """Whoever posts meanwhile does so before the copy is made or after all is in place."""
    back_up(record, tmp_path / "trust.zip", at=AT)
    begun, stop = threading.Event(), threading.Event()
    posted: list[str] = []

    def post_on() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            pay(record, f"while {turn}")
            posted.append(f"while {turn}")
            begun.set()

    other = threading.Thread(target=post_on)
    other.start()
    begun.wait(30)

    kept = kept_by(put_back(record, tmp_path / "trust.zip"))
    stop.set()
    other.join(60)

    assert problems(record) == []
    with zipfile.ZipFile(kept) as held:
        before = held.read("journal.jsonl").decode()
    with reading(record) as session:
        after = set(session.execute(text("SELECT source_ref FROM journal")).scalars())
    lost = [ref for ref in posted if f'"{ref}"' not in before and ref not in after]
    assert lost == []


def test_everybody_is_signed_out_by_a_restore(record: Engine, tmp_path: Path) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    with transaction(record) as session:
        people.set_password(session, CLERK, "vadok benuz horap", by="x.admin", at=AT)
        token = sign_ins.succeed(
            session, sign_ins.attempt(session, CLERK, address="192.0.2.7", at=AT), at=AT
        )

    put_back(record, tmp_path / "trust.zip")

    with reading(record) as session:
        assert sign_ins.find(session, str(token), at=AT) is None


def test_a_restore_that_fails_half_way_leaves_the_record_and_its_guards_as_they_were(
    record: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    pay(record, "two")

    def fails(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("trust_commissioning.store.audit.record", fails)
    with pytest.raises(OSError, match="Input/output"):
        put_back(record, tmp_path / "trust.zip")
    monkeypatch.undo()

    assert problems(record) == []
    assert pay(record, "three") == "2003-04/000003"


def test_an_empty_record_that_was_only_migrated_is_filled_and_nothing_is_kept(
    database_url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    (tmp_path / "other").mkdir()
    with small_trust(request, "sqlite", tmp_path / "other") as engine:
        back_up(engine, tmp_path / "backup.zip", at=AT)
    migrate(database_url)

    restored = restore(database_url, tmp_path / "backup.zip", keep=tmp_path / "kept", by="", at=AT)

    assert (restored.kept, restored.problems) == (None, ())
    assert not (tmp_path / "kept").exists()
    engine_for(database_url).dispose()


def test_a_record_that_lost_a_guard_has_it_again_after_restoring(
    record: Engine, tmp_path: Path
) -> None:
    back_up(record, tmp_path / "trust.zip", at=AT)
    with record.connect() as connection:
        on = "" if past_the_authorizer(connection) else " ON journal"
        connection.exec_driver_sql(f"DROP TRIGGER guard_journal_delete{on}")
        connection.commit()
    record.dispose()

    put_back(record, tmp_path / "trust.zip")

    assert problems(record) == []
