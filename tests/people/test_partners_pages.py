"""No page shows a partner's people anything of another partner's fund, or offers what is the keeper's."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from dashboards.pages_table import FOLDER, TABLE, Entry, for_person
from tests.dashboards.conftest import seen, signed_in
from tests.support.trusts import sqlite_file
from tests.support.two_pools import (
    KEY,
    NORTH,
    SOUTH,
    WORDS,
    found_two_pools,
    person_of,
)
from trust_commissioning import settings
from trust_commissioning.roles import MAY, OF_ONES_OWN_FUNDS, Role
from trust_commissioning.store import engine_for

PAGES = [entry for entry in TABLE if entry.path.is_file()]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The two pools on SQLite, which the pages find as they do in life."""
    folder = tmp_path_factory.mktemp("pools")
    (folder / "trust.sqlite3").write_bytes(sqlite_file(found_two_pools))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TRUST_DATA_DIR", str(folder))
        patched.delenv("TRUST_DATABASE_URL", raising=False)
        made = engine_for(settings.load().url)
        yield made
        made.dispose()


def run(
    engine: Engine,
    entry: Entry,
    partner: str | None,
    role: Role,
    asked: Mapping[str, str] = MappingProxyType({}),
) -> AppTest:
    """One page alone, as its file stands, opened by a person at an address."""
    page = AppTest.from_file(str(entry.path), default_timeout=60)
    username = person_of(partner, role)
    page.user = {"username": username, "sid": signed_in(engine, username)}
    for name, value in asked.items():
        page.query_params[name] = value
    return page.run()


def shown(page: AppTest) -> str:
    """Everything a page says: its HTML, its words, what its boxes offer, its files' names."""
    said = [seen(page), repr(page.main), repr(page.sidebar)]
    for box in (*page.selectbox, *page.multiselect):
        said += [str(box.options), str(box.value)]
    said += [str(one.value) for one in (*page.error, *page.info, *page.markdown, *page.caption)]
    return "\n".join(said)


def objects_of(side: str) -> dict[str, list[dict[str, str]]]:
    """The addresses of a page that name an object of one side."""
    word, fund = WORDS[side], {"fund": side, "year": "2003-04"}
    return {
        "grant": [{"code": f"{side}-given"}, {"allocation": f"{side}-given/2003-04"}],
        "provider": [{"code": f"{side}-care"}],
        "contract": [{"number": f"C-{side}"}],
        "call_off": [{"number": f"C-{side}/01"}],
        "invoice": [{"key": KEY[side]}],
        "issued": [{"number": {NORTH: "I-0001", SOUTH: "I-0002"}[side]}],
        "journal": [{"number": f"2003-04/{number:06d}"} for number in (1, 2, 3)],
        "journals": [fund, {"words": word}, {"contract": f"C-{side}"}],
        "person": [{"username": person_of(side, Role.COMMISSIONER)}],
        "procurement": [{"reference": f"PR-{side}"}],
        "contributions": [fund, {"partner": side}],
        "reports": [{**fund, "report": "fund-position"}, {**fund, "report": "contributions"}],
    }


NO_OBJECT = {"accrual", "your_books", "your_password"}
"""Hidden pages that show no object an address names."""


def test_every_page_reached_by_links_alone_has_an_address_of_each_side():
    hidden = {entry.file for entry in PAGES if entry.hidden}

    assert hidden - NO_OBJECT <= set(objects_of(NORTH)), "give the new page an address here"


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.file)
def test_no_page_shows_anything_of_another_partners_fund(engine, entry):
    """Asked by an administrator of the south's, who may open the most, for what is the north's."""
    for asked in [{}, {"fund": NORTH}, *objects_of(NORTH).get(entry.file, [])]:
        page = run(engine, entry, SOUTH, Role.ADMINISTRATOR, asked)
        assert not page.exception, (asked, page.exception[0].message)
        said = shown(page)
        for value in asked.values():
            said = said.replace(value, "")  # what was asked for may be said back
        assert WORDS[NORTH] not in said, asked


@pytest.mark.parametrize("file", ["contract", "call_off", "invoice", "provider", "grant", "issued"])
def test_ones_own_object_is_shown_at_the_same_address(engine, file):
    entry = next(one for one in PAGES if one.file == file)
    page = run(engine, entry, SOUTH, Role.BOARD_MEMBER, objects_of(SOUTH)[file][0])

    assert not page.exception
    assert WORDS[SOUTH] in shown(page)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.file)
def test_a_page_is_offered_and_opened_by_role_and_by_partner(engine, entry):
    """Every role, of nobody's and of a partner's: in the menu where they may, told no where they may
    not, by their role or by whom they work for."""
    for partner in (None, SOUTH):
        for role in Role:
            by_role = role in MAY[entry.action]
            held = by_role and (partner is None or entry.action in OF_ONES_OWN_FUNDS)
            offered = entry in for_person(_Held(role, partner == SOUTH))
            assert offered is held, (partner, role)
            if not held and (by_role or partner is None):
                page = run(engine, entry, partner, role)
                assert f"may not {entry.action.title}" in page.error[0].value, (partner, role)


class _Held:
    """Somebody with a role, of a partner or not."""

    def __init__(self, role: Role, of_a_partner: bool) -> None:
        self.role, self.of_a_partner = role, of_a_partner


def test_a_kept_figure_is_not_served_to_another_partner(engine):
    """The board's page of both partners, one after the other, with the same role and the same
    books."""
    board = next(one for one in PAGES if one.file == "board")
    first = shown(run(engine, board, NORTH, Role.BOARD_MEMBER))
    second = shown(run(engine, board, SOUTH, Role.BOARD_MEMBER))

    assert WORDS[NORTH] in first or NORTH in first
    assert WORDS[NORTH] not in second


# How the pages reach the record

DASHBOARDS = FOLDER.parent
MAY_OPEN = {"ask.py", "who.py"}
"""Where the record is opened for whoever is signed in; everywhere else asks there."""


@pytest.mark.parametrize(
    "file",
    sorted(one for one in DASHBOARDS.rglob("*.py") if one.name not in MAY_OPEN),
    ids=lambda file: file.name,
)
def test_no_page_opens_the_record_but_as_the_person_signed_in(file):
    text = Path(file).read_text(encoding="utf-8")

    assert not re.search(r"\bengine_for\b|\bcreate_engine\b", text), "ask.engine() is the way"


API = Path(__file__).parents[2] / "trust_commissioning" / "api"


@pytest.mark.parametrize("file", sorted(API.glob("*.py")), ids=lambda file: file.name)
def test_no_route_opens_the_record_but_as_the_person_who_asks(file):
    text = file.read_text(encoding="utf-8")

    if file.name != "asking.py":
        assert "request.app.state.engine" not in text
    assert "engine_for" not in text
