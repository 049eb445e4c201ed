"""A loading that is killed outright leaves the record with all of the file, or none of it."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, text

from tests.support.extracts import FOSTERING_RULE, add_rules, extract, load, row
from tests.support.shared import PROJECT
from trust_commissioning.checking import check
from trust_commissioning.store import reading
from trust_commissioning.store.tables import ImportBatchRow, ImportRowRow, JournalRow, table_of

ROWS = 2_000

# Has everything imported, then forks a loader for each line it reads, so that a kill costs no new
# start of Python. Each loader opens the database for itself.
LOADER = """
import os, sys
from pathlib import Path
from tests.support.extracts import load
from trust_commissioning.store import engine_for

print("ready", flush=True)
for line in sys.stdin:
    loader = os.fork()
    if not loader:
        print(os.getpid(), flush=True)
        load(engine_for(sys.argv[1]), Path(line.strip()).read_bytes())
        os._exit(0)
    ended = os.waitid(os.P_PID, loader, os.WEXITED | os.WNOWAIT)
    print("killed" if ended.si_code == os.CLD_KILLED else f"ended {ended.si_status}", flush=True)
    sys.stdin.readline()
    os.waitpid(loader, 0)
"""


class Loader:
    """Loads files in a process that can be killed."""

    def __init__(self, engine: Engine) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", LOADER, engine.url.render_as_string(hide_password=False)],
            cwd=PROJECT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._read() == "ready"

    def load(self, file: Path, *, kill_after: float | None = None) -> str:
        """Returns ``killed``, or ``ended 0`` for a loading that came to its end."""
        self._say(str(file))
        loader = int(self._read())
        if kill_after is not None:
            time.sleep(kill_after)
            # Its number is given to no other process before we say that we are done with it.
            os.kill(loader, signal.SIGKILL)
        ended = self._read()
        self._say("done")
        return ended

    def stop(self) -> None:
        self._process.communicate()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture
def loader(engine: Engine) -> Iterator[Loader]:
    made = Loader(engine)
    yield made
    made.stop()


def file_of(folder: Path, number: int) -> Path:
    file = folder / f"{number}.csv"
    rows = [
        row(number * ROWS + n, f"{n % 900 + 1}.{n % 100:02d}", service="Fostering" if n % 3 else "")
        for n in range(ROWS)
    ]
    file.write_bytes(extract(rows))
    return file


def settle(engine: Engine) -> None:
    """Waits until the server has seen that a killed client is gone."""
    if engine.dialect.name == "sqlite":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    engine.dispose()
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with engine.connect() as connection:
            if not connection.execute(others).scalar_one():
                return
        time.sleep(0.05)
    raise AssertionError("a killed client's session is still there after a minute")


def held(engine: Engine) -> tuple[int, int, int]:
    """Batches, rows, and posted journals of the record, which must pass its check."""
    settle(engine)
    with reading(engine) as session:
        assert check(session) == []
        batches, rows, journals = (
            session.execute(select(func.count()).select_from(table_of(table))).scalar_one()
            for table in (ImportBatchRow, ImportRowRow, JournalRow)
        )
    engine.dispose()
    return batches, rows, journals


def kill_at_random(engine: Engine, loader: Loader, folder: Path, times: int) -> None:
    seed = time.time_ns() % 1_000_000
    chance = random.Random(seed)
    add_rules(engine, FOSTERING_RULE)
    began = time.monotonic()
    assert loader.load(file_of(folder, 0)) == "ended 0"
    needed = time.monotonic() - began
    loaded, killed = 1, 0

    for turn in range(times):
        # Every other kill comes late, where the rows are written and committed.
        moment = needed * chance.uniform(0.6 if turn % 2 else 0.0, 1.05)
        killed += loader.load(file_of(folder, loaded), kill_after=moment) == "killed"
        found = held(engine)
        said = f"seed {seed}, kill {turn + 1} after {moment:.3f} of {needed:.3f} s"
        assert found in [(n, n * ROWS, n * ROWS) for n in (loaded, loaded + 1)], said
        loaded = found[0]

    print(f"seed {seed}: {killed} of {times} killed, {loaded} files loaded")
    assert killed, f"seed {seed}: every loading came to its end before it was killed"
    answer = load(engine, file_of(folder, loaded).read_bytes())
    assert answer.rows_posted == ROWS
    assert held(engine) == (loaded + 1, (loaded + 1) * ROWS, (loaded + 1) * ROWS)


@pytest.mark.slow
def test_four_kills_leave_all_of_a_file_or_none_of_it(
    engine: Engine, loader: Loader, tmp_path: Path
) -> None:
    kill_at_random(engine, loader, tmp_path, 4)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_fifty_kills_leave_all_of_a_file_or_none_of_it(
    engine: Engine, loader: Loader, tmp_path: Path
) -> None:
    kill_at_random(engine, loader, tmp_path, 50)
