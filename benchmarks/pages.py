"""Part g: from click to settled page, by one person and by 25, beside Fava's own pages.

The demo trust is served as it is for people: one real process, with Fava's beside it. One person
goes through the pages in a real browser. The 25 are WebSockets and requests of this process,
because 25 browsers on one machine would measure themselves: what is measured of them is the
server's answer, whole, without its being drawn.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.measuring import Table, percentile, say
from dashboards.pages_table import TABLE, Entry
from trust_commissioning import clock, publishing, settings
from trust_commissioning.demo import load_demo
from trust_commissioning.demo.story import KEEPER
from trust_commissioning.roles import Role, may
from trust_commissioning.store import engine_for, migrate, reading, transaction

PEOPLE = 25
SEED = 1
LONGEST_PAUSE = 8.0
"""Seconds somebody looks at a page before going on: drawn between none and this many."""
_ANSWER_WITHIN = 60
_LOCAL = "http://127.0.0.1:"
# What a page reached only by a link is asked for in the demo trust.
_OBJECTS = {
    "contract": "number=C-0007",
    "call_off": "number=C-0007/01",
    "invoice": "key=I-000001",
    "journal": "number=2003-04/000046",
}
_BOOK = "books/2004-05-actual-wealdshire-childrens-trust"
FAVA = {
    "Income statement": f"{_BOOK}/income_statement/",
    "Balance sheet": f"{_BOOK}/balance_sheet/",
    "Trial balance": f"{_BOOK}/trial_balance/",
    "Journal": f"{_BOOK}/journal/",
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page: its name, its address without the server's, and of whom it is."""

    title: str
    address: str
    ours: bool = True


@dataclass
class Times:
    """Milliseconds of each visit of one page, by what was waited for."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def cells(self) -> tuple[float, float, float]:
        return (
            statistics.median(self.first),
            statistics.median(self.whole),
            percentile(self.whole, 95),
        )


def pages() -> list[Wanted]:
    """Every page the pool manager may open, and Fava's pages of the same books."""
    ours = [
        Wanted(entry.title, _address(entry))
        for entry in TABLE
        if entry.path.is_file() and may(Role.POOL_MANAGER, entry.action)
    ]
    return [*ours, *(Wanted(f"Fava: {title}", at, ours=False) for title, at in FAVA.items())]


def _address(entry: Entry) -> str:
    path = entry.url_path
    return f"{path}?{_OBJECTS[entry.file]}" if entry.file in _OBJECTS else path


def measure(folder: Path, *, quick: bool) -> Table:
    """Serve the demo trust and go through its pages."""
    wanted = pages()
    say("Loading and publishing the demo trust.")
    with _served(folder / "pages") as (address, password):
        cookie = _signed_in(address, password)
        say("One person in a browser.")
        drawn = _in_a_browser(address, password, wanted, times=2 if quick else 7)
        say("One person without a browser.")
        alone = asyncio.run(_walk(address, cookie, wanted, people=1, rounds=2 if quick else 7))
        say(f"{PEOPLE} people.")
        people = 3 if quick else PEOPLE
        pause = 1.0 if quick else LONGEST_PAUSE
        crowd = asyncio.run(_walk(address, cookie, wanted, people=people, rounds=1, pause=pause))
    return _table(wanted, drawn, alone, crowd, people, pause)


def _table(
    wanted: Sequence[Wanted],
    drawn: dict[str, list[float]],
    alone: dict[str, Times],
    crowd: dict[str, Times],
    people: int,
    pause: float,
) -> Table:
    table = Table(
        "g",
        "From click to settled page, the demo trust: milliseconds",
        (
            "page",
            "1: first byte",
            "1: script run",
            "1: settled",
            "1: settled, 95th",
            f"{people}: first byte",
            f"{people}: script run",
            f"{people}: run, 95th",
        ),
    )
    for one in wanted:
        seen = drawn.get(one.title, [])
        settled = statistics.median(seen) if seen else None
        worst = percentile(seen, 95) if seen else None
        first, run, _ = alone[one.title].cells()
        table.add(one.title, first, run, settled, worst, *crowd[one.title].cells())
    table.notes = [
        "First byte is the first of the page that the server says after the click; script run, the",
        "last: the page is told whole (for Fava, the answer is read whole). Settled is drawn in",
        "Chromium, by clicking the menu, or by loading anew the address of a page that only links",
        "lead to, and of Fava's; both processes share this machine's processors.",
        f"The {people} are signed in at once and go each through all pages in an order of their own,",
        f"looking at each for up to {pause:.0f} seconds; their pages are not drawn.",
    ]
    return table


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str]]:
    """The demo trust behind its real process: its address, and a pool manager's password."""
    made = settings.load({}, folder)
    made.data_dir.mkdir(parents=True, exist_ok=True)
    migrate(made.url)
    engine = engine_for(made.url)
    with transaction(engine) as session:
        loaded = load_demo(session, at=clock.now())
    with reading(engine) as session:
        publication = publishing.publish(session, made.books_dir, clock.now())
    with transaction(engine) as session:
        publishing.note(session, publication)
    engine.dispose()
    program = (
        "import sys; from pathlib import Path; from trust_commissioning import settings;"
        "from trust_commissioning.server import serve;"
        "serve(settings.load({}, Path(sys.argv[1])), port=0, say=lambda at: print(at, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            assert address.startswith(_LOCAL), address
            yield address, loaded.passwords[KEEPER]
        finally:
            process.terminate()
            process.wait(20)


def _signed_in(address: str, password: str) -> str:
    """The cookie of a person who has signed in, as a request carries it."""
    with httpx.Client(base_url=address, timeout=_ANSWER_WITHIN) as client:
        form = client.get("/sign-in").text
        token = re.search(r'name="form_token" value="([^"]+)"', form)
        assert token is not None
        said = {"username": KEEPER, "password": password, "form_token": token[1]}
        assert client.post("/sign-in", data=said).status_code == 303
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


# One person, in a browser


def _in_a_browser(
    address: str, password: str, wanted: Sequence[Wanted], *, times: int
) -> dict[str, list[float]]:
    """Milliseconds from click to settled page; nothing where there is no browser."""
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        say("There is no browser here: what is drawn is left out.")
        return {}
    found: dict[str, list[float]] = defaultdict(list)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        page = browser.new_page(locale="en-GB", viewport={"width": 1280, "height": 900})
        page.goto(f"{address}sign-in")
        page.locator("#username").fill(KEEPER)
        page.locator("#password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        _settle(page)
        for turn in range(times + 1):
            for one in wanted:
                took = _visit(page, address, one)
                if turn:  # the first visit fills caches, of the browser too
                    found[one.title].append(took)
        browser.close()
    return found


def _visit(page: Page, address: str, one: Wanted) -> float:
    path = urlsplit(one.address).path
    link = page.locator(f'[data-testid="stSidebarNavLink"][href$="/{path}"]')
    started = time.perf_counter()
    if one.ours and "?" not in one.address and link.count() == 1:
        link.click()
        page.wait_for_timeout(20)
    else:
        page.goto(address + one.address)
    if one.ours:
        _settle(page)
    else:
        page.locator("article, main").first.wait_for()
    return (time.perf_counter() - started) * 1000


def _settle(page: Page) -> None:
    page.locator("h1").first.wait_for()
    page.locator('.stApp[data-test-script-state="notRunning"]').wait_for()
    page.get_by_test_id("stSkeleton").first.wait_for(state="detached")


# Many people, without browsers


async def _walk(
    address: str,
    cookie: str,
    wanted: Sequence[Wanted],
    *,
    people: int,
    rounds: int,
    pause: float = 0.0,
) -> dict[str, Times]:
    found: dict[str, Times] = defaultdict(Times)
    walks = [
        _one_person(address, cookie, wanted, found, random.Random(SEED + who), rounds, pause)
        for who in range(people)
    ]
    await asyncio.gather(*walks)
    return found


async def _one_person(
    address: str,
    cookie: str,
    wanted: Sequence[Wanted],
    found: dict[str, Times],
    drawn: random.Random,
    rounds: int,
    pause: float,
) -> None:
    """Through every page in an order of one's own, as often as asked."""
    socket = "ws" + address.removeprefix("http") + "_stcore/stream"
    headers = {"Cookie": cookie}
    async with (
        connect(
            socket,
            additional_headers=headers,
            origin=address.rstrip("/"),  # type: ignore[arg-type]
            max_size=None,
        ) as stream,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=_ANSWER_WITHIN) as client,
    ):
        places = await _places(stream)
        for _ in range(rounds):
            for one in drawn.sample(wanted, len(wanted)):
                await asyncio.sleep(drawn.uniform(0, pause))
                if one.ours:
                    path, _, query = one.address.partition("?")
                    took = await _run(stream, places[path], query)
                else:
                    took = await _get(client, one.address)
                found[one.title].first.append(took[0])
                found[one.title].whole.append(took[1])


async def _places(stream: ClientConnection) -> dict[str, str]:
    """The first run of a session, which tells the pages' names by their addresses."""
    found: dict[str, str] = {}
    await stream.send(_asking("", "").SerializeToString())
    while True:
        said = await _next(stream)
        if said.WhichOneof("type") == "navigation":
            for page in said.navigation.app_pages:
                found["" if page.is_default else page.url_pathname] = page.page_script_hash
        if _is_whole(said):
            return found


async def _run(stream: ClientConnection, page: str, query: str) -> tuple[float, float]:
    """Milliseconds to the first that the page says, and to the end of its script."""
    started = time.perf_counter()
    first = 0.0
    await stream.send(_asking(page, query).SerializeToString())
    while not _is_whole(said := await _next(stream)):
        if said.WhichOneof("type") == "delta" and not first:
            first = time.perf_counter()
    return (first - started) * 1000, (time.perf_counter() - started) * 1000


def _is_whole(said: ForwardMsg) -> bool:
    """Whether a page was run to its end; one that leads on to another ends early and goes on."""
    return (
        said.WhichOneof("type") == "script_finished"
        and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    )


def _asking(page: str, query: str) -> BackMsg:
    asked = BackMsg()
    asked.rerun_script.page_script_hash = page
    asked.rerun_script.query_string = query
    asked.rerun_script.context_info.timezone = "Europe/London"
    asked.rerun_script.context_info.locale = "en-GB"
    return asked


async def _next(stream: ClientConnection) -> ForwardMsg:
    said = ForwardMsg()
    data = await asyncio.wait_for(stream.recv(decode=False), _ANSWER_WITHIN)
    assert isinstance(data, bytes)
    said.ParseFromString(data)
    return said


async def _get(client: httpx.AsyncClient, at: str) -> tuple[float, float]:
    """Milliseconds to the head of an answer and to its end."""
    started = time.perf_counter()
    async with client.stream("GET", f"/{at}") as answer:
        first = time.perf_counter()
        assert answer.status_code == 200, f"{at} answered {answer.status_code}"
        async for _ in answer.aiter_bytes():
            pass
    return (first - started) * 1000, (time.perf_counter() - started) * 1000
