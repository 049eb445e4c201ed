"""Examples of founding, serving and keeping: what is wrong with a trust or with its backup."""

from __future__ import annotations

import importlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlmodel import Session
from typer.testing import CliRunner

from ledger.problems import Problem, Refused
from tests.docs.examples.journals import YEAR
from tests.docs.examples.kept import Run, example, in_small_trust, scratch
from tests.support.forked import command
from tests.support.trusts import AT, CLERK, found_small_trust, journal
from trust_commissioning import backing_up, founding, posting
from trust_commissioning.cli import app
from trust_commissioning.cli.door import Door, first_line
from trust_commissioning.cli.faults import problem_of
from trust_commissioning.server import preflight
from trust_commissioning.shapes import read_journal
from trust_commissioning.store import engine_for, migrate, transaction

_TURN = count(1)
_ADMINISTRATOR = founding.Administrator(username="x.admin", name="Xenia Admin")


def _found(session: Session, name: str = "Wealdshire Children's Trust") -> object:
    founding.found(session, name=name, year=YEAR, administrator=_ADMINISTRATOR, at=AT)
    return []


def _empty(name: str) -> Run:
    """Found a trust in an empty database."""

    def run() -> object:
        url = f"sqlite:///{scratch() / f'empty-{next(_TURN)}.sqlite3'}"
        migrate(url)
        with transaction(engine_for(url)) as session:
            return _found(session, name)

    return run


def _spoil(file: Path, statement: str) -> None:
    """By hand and past the product, which would refuse it."""
    with closing(sqlite3.connect(file)) as raw, raw:
        raw.execute(statement)


def _weakened() -> object:
    url = f"sqlite:///{scratch() / f'served-{next(_TURN)}.sqlite3'}"
    migrate(url)
    engine = engine_for(url)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        connection.rollback()
        raw.set_authorizer(None)
        raw.execute("PRAGMA synchronous=NORMAL")
    return preflight.trust_name(engine)


def _opened(folder: str, spoil: str = "") -> Run:
    """Ask a command of a folder, after this was done to the database in it."""

    def run() -> object:
        place = scratch() / f"{folder}-{next(_TURN)}"
        if spoil:
            file = place / "trust.sqlite3"
            migrate(f"sqlite:///{file}")
            _spoil(file, spoil)
        return Door(place, as_json=False).engine

    return run


def _file(name: str, held: bytes) -> Path:
    file = scratch() / name
    file.write_bytes(held)
    return file


def _typed(*words: str) -> object:
    """What a command says with ``--json`` to somebody who mistyped it."""
    place = ["--json", "--data", str(scratch() / "nowhere")]
    done = command(*words, *place)
    return [Problem(**one) for one in json.loads(done.stdout)["problems"]]


def _fault_of(work: Callable[[], object]) -> Exception:
    try:
        work()
    except Exception as fault:  # noqa: BLE001 - whichever it is, it is what is looked for
        return fault
    raise AssertionError("it did not fail")


def _refused_by_the_system() -> Exception:
    folder = _file("folder", b"")
    return _fault_of(lambda: (folder / "trust.zip").write_bytes(b""))


def _engine_fault(url: str) -> Exception:
    return _fault_of(lambda: engine_for(url))


def _connection_fault(url: str) -> Exception:
    return _fault_of(lambda: engine_for(url).connect())


def _held_up() -> Exception:
    file = scratch() / f"held-{next(_TURN)}.sqlite3"
    migrate(f"sqlite:///{file}")
    impatient = create_engine(f"sqlite:///{file}", connect_args={"timeout": 0})
    with closing(sqlite3.connect(file)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        fault = _fault_of(lambda: _write_to(impatient))
    impatient.dispose()
    return fault


def _write_to(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE trust SET name = name")


def _asked(*words: str) -> Run:
    """Give a command of a trust with nothing posted in it."""

    def run() -> object:
        place = scratch() / f"asked-{next(_TURN)}"
        url = f"sqlite:///{place / 'trust.sqlite3'}"
        migrate(url)
        with transaction(engine_for(url)) as session:
            found_small_trust(session)
        file = place / "journal.json"
        file.write_text('{"fund": "general",' if "broken" in words else "{}", encoding="utf-8")
        said = [str(file) if word in ("broken", "empty") else word for word in words]
        refused = CliRunner().invoke(app, [*said, "--data", str(place)]).exception
        assert isinstance(refused, Refused)
        return refused.problems

    return run


@cache
def _backup() -> tuple[Engine, Path]:
    url = f"sqlite:///{scratch() / 'backed-up.sqlite3'}"
    migrate(url)
    engine, file = engine_for(url), scratch() / "trust.zip"
    with transaction(engine) as session:
        found_small_trust(session)
        session.flush()
        paid = journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00")
        posting.post(session, paid, by=CLERK, at=AT)
    backing_up.back_up(engine, file, at=AT)
    return engine, file


def _spoilt(change: Callable[[str, bytes], bytes]) -> Run:
    """Verify a backup after its parts were changed."""

    def run() -> object:
        _, file = _backup()
        other = scratch() / "spoilt.zip"
        with zipfile.ZipFile(file) as old, zipfile.ZipFile(other, "w") as new:
            for part in old.infolist():
                new.writestr(part.filename, change(part.filename, old.read(part)))
        return backing_up.verify(other)

    return run


def _restored_over(spoil: Callable[[Path], object]) -> Run:
    """Put a backup in place of a record this was done to; what is said of the one that was there."""

    def run() -> object:
        _, file = _backup()
        place = scratch() / f"restored-{next(_TURN)}"
        there = place / "trust.sqlite3"
        migrate(f"sqlite:///{there}")
        with transaction(engine_for(f"sqlite:///{there}")) as session:
            found_small_trust(session)
            session.flush()
            paid = journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00")
            posting.post(session, paid, by=CLERK, at=AT)
        engine_for(f"sqlite:///{there}").dispose()
        spoil(there)
        url = f"sqlite:///{there}"
        return backing_up.restore(url, file, keep=place / "kept", by="", at=AT).problems

    return run


def _written_over(file: Path) -> None:
    file.write_bytes(b"Nothing of this is a database." * 400)


def _not_text(file: Path) -> None:
    with closing(sqlite3.connect(file)) as raw, raw:
        guard = raw.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'guard_journal_update'"
        ).fetchone()[0]
        raw.execute("DROP TRIGGER guard_journal_update")
        raw.execute("UPDATE journal SET payee = CAST(x'ff' AS TEXT)")
        raw.execute(guard)


def _cut_off() -> object:
    _, file = _backup()
    other = scratch() / "trust-copy.zip"
    shutil.copy(file, other)
    other.write_bytes(other.read_bytes()[:1000])
    return backing_up.verify(other)


def _raised(name: str, held: bytes) -> bytes:
    return held.replace(b"10000", b"10001") if name == "posting.jsonl" else held


def _older(name: str, held: bytes) -> bytes:
    if name != "manifest.json":
        return held
    return held.replace(b'"revision": "', b'"revision": "0000_', 1)


example("trust_already_founded", "A trust is founded where there is one.", in_small_trust(_found))
example(
    "nothing_posted_yet",
    "The first report is asked for before the first journal.",
    _asked("report", "outcome-spend"),
)
example(
    "file_is_not_json",
    "A file breaks off after its first field.",
    _asked("journal", "submit", "broken"),
)
example(
    "json_key_repeated",
    "A journal names two funds.",
    lambda: read_journal(b'{"fund": "general", "fund": "camhs"}', name="journal.json"),
)
example(
    "password_file_unreadable",
    "A password is kept in a file of another encoding.",
    lambda: first_line(_file("password.txt", b"caf\xe9 au lait 2003\n")),
)
example(
    "wrong_usage",
    "A command is mistyped.",
    lambda: _typed("check", "--everything"),
)
example(
    "file_unusable",
    "A backup is to be written into a folder that is a file.",
    lambda: [problem_of(_refused_by_the_system(), scratch())],
)
example(
    "database_address_unreadable",
    "The address has no scheme.",
    lambda: [problem_of(_engine_fault("localhost/trust"), scratch())],
)
example(
    "database_unreachable",
    "PostgreSQL is not running.",
    lambda: [problem_of(_connection_fault("postgresql://trust@127.0.0.1:1/trust"), scratch())],
    tidied={r"does not answer: .*": "does not answer: connection refused."},
)
example(
    "database_busy",
    "Another program holds the record for longer than we wait.",
    lambda: [problem_of(_held_up(), scratch())],
)
example(
    "stopped",
    "Control and C are pressed while a password is asked for.",
    lambda: [importlib.import_module("trust_commissioning.cli.main")._STOPPED],
)
example(
    "journal_field_unreadable",
    "An empty object is handed in.",
    _asked("journal", "submit", "empty"),
)
example("trust_name_unfit", "A trust is founded without a name.", _empty(" "))
example(
    "trust_not_founded",
    "A report is asked for in an empty folder.",
    _opened("empty"),
    tidied={r"There is no trust in \S+ yet": "There is no trust in trust-data yet"},
)
example(
    "database_of_another_release",
    "A command is given on a database of the release before.",
    _opened("older", "UPDATE alembic_version SET version_num = '0000_before'"),
)
example("database_not_durable", "A setting was made faster and less safe.", _weakened)
example(
    "backup_unreadable", "A copy broke off.", _cut_off, tidied={r": .*": ": its end is missing."}
)
example("backup_was_changed", "An amount in the backup is raised by a penny.", _spoilt(_raised))
example("backup_of_another_release", "An old backup is put back.", _spoilt(_older))
example(
    "database_damaged",
    "A backup is put in place of a file that was written over.",
    _restored_over(_written_over),
)
example(
    "record_unreadable",
    "A backup is put in place of a record with a byte that is no text.",
    _restored_over(_not_text),
)
