"""A trust for the pages, and a person who looks at them, signed in as in life."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from dashboards import long_work
from tests.dashboards.filled import fill
from tests.support.trusts import small_trust_file
from trust_commissioning import clock, settings
from trust_commissioning.clock import as_text
from trust_commissioning.store import engine_for, transaction
from trust_commissioning.store.tables import SignInRow

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
Open = Callable[..., AppTest]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A copy of the small trust on SQLite, which the pages find as they do in life."""
    (tmp_path / "trust.sqlite3").write_bytes(small_trust_file())
    monkeypatch.setenv("TRUST_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TRUST_DATABASE_URL", raising=False)
    made = engine_for(settings.load().url)
    yield made
    made.dispose()


@pytest.fixture
def filled(engine: Engine) -> list[str]:
    """The trust with a quarter's journals; their numbers."""
    with transaction(engine) as session:
        return fill(session, clock.now())


@pytest.fixture(autouse=True)
def _waits_for_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's work is done in the run that asks for it, however busy the machine."""
    monkeypatch.setattr(long_work, "AT_ONCE", 30.0)


@pytest.fixture
def look(engine: Engine) -> Open:
    """Open a page as a person: `look("h.clerk", "journals", fund="general")`."""

    def open_page(username: str, page: str, **asked: str) -> AppTest:
        at = AppTest.from_file(str(APP), default_timeout=30)
        at.user = {"username": username, "sid": signed_in(engine, username)}
        for name, value in asked.items():
            at.query_params[name] = value
        # `switch_page` would first want the page a person arrives on drawn.
        at._page_hash = calc_hash(page.replace("_", "-"))
        at.run()
        assert at._page_hash in at._registered_pages, f"there is no page {page}"
        assert not at.exception, at.exception[0].message
        return at

    return open_page


def signed_in(engine: Engine, username: str) -> str:
    """Sign a person in; returns the name of the sign-in."""
    sid = f"test-{username}"
    now = as_text(clock.now())
    with transaction(engine) as session:
        session.merge(
            SignInRow(token_hash=sid, username=username, csrf="x", created_at=now, seen_at=now)
        )
    return sid


def seen(at: AppTest) -> str:
    """All the HTML a page shows, without our style sheet, what tables say of their shape, and
    where text may or may not go over lines.
    """
    shown = "\n".join(one.body for one in at.html if not one.body.startswith("<style>"))
    text = re.sub(r'(?<!:)<wbr>|<span class="whole">([^<]*)</span>', r"\1", shown)
    return re.sub(r' (role|data-title)="[^"]*"', "", text)
