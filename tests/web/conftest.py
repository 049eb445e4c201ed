"""A small trust behind its web process, in this process and as a real one."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, update
from sqlmodel import Session
from starlette.testclient import TestClient

from tests.support.forked import Forked
from tests.support.trusts import (
    APPROVER,
    AT,
    AUDITOR,
    CLERK,
    copy_of,
    found_small_trust,
    journal,
    sqlite_file,
)
from trust_commissioning import clock, people, posting, publishing, settings
from trust_commissioning.server import serve
from trust_commissioning.server.composition import Web
from trust_commissioning.settings import Settings
from trust_commissioning.store import engine_for, reading, transaction
from trust_commissioning.store.tables import PersonRow, SignInRow

PASSWORD = "vadok benuz horap"
ADMIN, BOARD, PARTNER = "x.admin", "b.board", "p.partner"
# A hash says by itself how dear it was made: the way in is the same, and opens sooner.
KEPT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
PEOPLE = (CLERK, APPROVER, AUDITOR, ADMIN)


def make_trust(folder: Path) -> Settings:
    """The small trust with a password for everybody, a board member and a partner's officer."""
    folder.mkdir(parents=True)
    (folder / "trust.sqlite3").write_bytes(sqlite_file(_found))
    return settings.load({}, folder)


def _found(session: Session) -> None:
    found_small_trust(session)
    session.flush()
    for username, name, role, partner in (
        (BOARD, "Beth Board", "board_member", None),
        (PARTNER, "Pat Partner", "finance_officer", "pct"),
    ):
        people.add(session, username, name=name, role=role, partner=partner, by=ADMIN, at=AT)
    session.execute(update(PersonRow).values(password_hash=KEPT))


def post_a_journal(engine: Engine, *, ref: str = "1", amount: str = "100.00") -> str:
    with transaction(engine) as session:
        return posting.post(
            session,
            journal(
                f"Expenses:ThirdParty:FosterCare {amount} stay_safe service=fostering "
                f"/ Assets:HostCash -{amount}",
                ref=ref,
            ),
            by=CLERK,
            at=AT,
        )


def publish(made: Settings) -> None:
    engine = engine_for(made.url)
    with reading(engine) as session:
        publication = publishing.publish(session, made.books_dir, clock.now())
    with transaction(engine) as session:
        publishing.note(session, publication)
    assert not publication.problems


def age_sign_ins(engine: Engine, minutes: float) -> None:
    """As if nobody had done anything for so long."""
    seen = clock.as_text(clock.now() - timedelta(minutes=minutes))
    with transaction(engine) as session:
        session.execute(update(SignInRow).values(seen_at=seen))


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def sign_in(client: Any, username: str, password: str = PASSWORD, **more: str) -> Any:
    """Fill the form in as a browser would; does not follow."""
    token = form_token(client.get("/sign-in").text)
    return client.post(
        "/sign-in",
        data={"username": username, "password": password, "form_token": token, **more},
        follow_redirects=False,
    )


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[Settings]:
    made = make_trust(tmp_path / "data")
    yield made
    engine_for(made.url).dispose()


@pytest.fixture
def engine(trust: Settings) -> Engine:
    return engine_for(trust.url)


@pytest.fixture
def client(trust: Settings, engine: Engine) -> Iterator[TestClient]:
    """Everything but the dashboards, in this process."""
    app = Web(trust, engine, trust="Wealdshire Children's Trust").without_dashboards()
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, free_folder: Path) -> Iterator[Engine]:
    """The same trust on each database."""
    with copy_of(_found, request, request.param, free_folder) as made:
        yield made


@pytest.fixture
def asks(either: Engine, tmp_path: Path) -> Iterator[Callable[[str], TestClient]]:
    """Somebody signed in, whichever database answers."""
    app = Web(settings.load({}, tmp_path), either, trust="Wealdshire").without_dashboards()
    with TestClient(app, raise_server_exceptions=False) as made:

        def enter(username: str) -> TestClient:
            made.cookies.clear()
            assert sign_in(made, username).status_code == 303
            return made

        yield enter


@pytest.fixture
def signed_in(client: TestClient) -> Callable[[str], TestClient]:
    def enter(username: str) -> TestClient:
        client.cookies.clear()
        assert sign_in(client, username).status_code == 303
        return client

    return enter


@dataclass
class Served:
    """A real server in a process of its own."""

    settings: Settings
    address: str
    process: Forked

    @contextmanager
    def visitor(self, username: str) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.address, timeout=30) as client:
            assert sign_in(client, username).status_code == 303
            yield client


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = make_trust(tmp_path_factory.mktemp("served") / "data")
    engine = engine_for(made.url)
    post_a_journal(engine)
    publish(made)
    with serving(made) as running:
        yield running
    engine.dispose()


class serving:  # noqa: N801 - read as a word: with serving(trust)
    """Runs the server for a trust until the end of the block."""

    def __init__(self, made: Settings) -> None:
        self.made = made

    def __enter__(self) -> Served:
        self.process = Forked(_serve, self.made.data_dir)
        address = self.process.hears()
        assert isinstance(address, str)
        assert address.startswith("http://127.0.0.1:")
        return Served(self.made, address, self.process)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)


def _serve(says: Connection, folder: Path) -> None:
    serve(settings.load({}, folder), port=0, say=says.send)
