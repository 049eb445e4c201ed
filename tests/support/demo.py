"""The demo trust, loaded once in a test run, however many processes share the work."""

import fcntl
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import Engine

from trust_commissioning.demo import DemoTrust, load_demo
from trust_commissioning.store import engine_for, migrate, transaction

AT = datetime(2004, 12, 1, 8, 0, tzinfo=UTC)
"""When it is said to have been entered: the morning after its last month with figures."""


def load_into(url: str) -> DemoTrust:
    """Load the demo trust into an empty database; no connection to it is left open."""
    migrate(url)
    engine = engine_for(url)
    with transaction(engine) as session:
        loaded = load_demo(session, at=AT)
    engine.dispose()
    return loaded


@dataclass(frozen=True)
class KeptDemo:
    """A folder with the demo trust on SQLite, which nobody opens: each takes a copy."""

    folder: Path

    @property
    def told(self) -> DemoTrust:
        """What was told when it was loaded."""
        tried = self.folder / "to-try"
        return DemoTrust(
            passwords=json.loads((self.folder / "passwords.json").read_text("utf-8")),
            to_try={file.name: file.read_bytes() for file in tried.iterdir()},
        )

    def copied_to(self, folder: Path) -> str:
        """The address of a copy in this folder, to read and to write."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self._file, folder)
        return f"sqlite:///{folder / self._file.name}"

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Engine]:
        """A copy in this folder, opened until the end of the block."""
        engine = engine_for(self.copied_to(folder))
        yield engine
        engine.dispose()

    def make(self) -> None:
        """Load it, unless another process of this run has."""
        self.folder.mkdir(exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._file.exists():
                self._load()

    def _load(self) -> None:
        (self.folder / "to-try").mkdir(exist_ok=True)
        with TemporaryDirectory(dir=self.folder) as loading:
            file = Path(loading) / "trust.sqlite3"
            told = load_into(f"sqlite:///{file}")
            (self.folder / "passwords.json").write_text(json.dumps(dict(told.passwords)), "utf-8")
            for name, held in told.to_try.items():
                (self.folder / "to-try" / name).write_bytes(held)
            file.rename(self._file)

    @property
    def _file(self) -> Path:
        return self.folder / "trust.sqlite3"


@pytest.fixture(scope="session")
def kept_demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KeptDemo:
    """The run's one demo trust; with workers it lies in the folder that holds theirs."""
    base = tmp_path_factory.getbasetemp()
    is_worker = hasattr(request.config, "workerinput")
    kept = KeptDemo((base.parent if is_worker else base) / "demo-trust")
    kept.make()
    return kept
