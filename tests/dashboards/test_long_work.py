"""Long work on the pages: left, come back to, stopped; one of it whatever is pressed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from dashboards import ask_importing, long_work
from ledger.problems import Refused
from tests.dashboards.conftest import Open, seen
from tests.dashboards.test_import_contracts_page import BAD as BAD_REGISTER
from tests.dashboards.test_import_contracts_page import GOOD as REGISTER
from tests.dashboards.test_import_contracts_page import give as give_register
from tests.dashboards.test_import_contracts_page import kept
from tests.dashboards.test_importing_page import BAD, GOOD, give, posted
from tests.support.trusts import APPROVER, AUDITOR, CLERK, past_the_authorizer
from trust_commissioning import clock, settings, sign_ins
from trust_commissioning.roles import Action
from trust_commissioning.store import audit, reading, transaction
from trust_commissioning.store.tables import FundRow, PersonRow
from trust_commissioning.under_way import WORKS, Asked, End, Work


@pytest.fixture(autouse=True)
def _no_page_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_work, "AT_ONCE", 0.0)


@pytest.fixture(autouse=True)
def _nothing_is_left(engine: Engine) -> Iterator[None]:
    yield
    for work in _all_of(CLERK) + _all_of(APPROVER) + _all_of(AUDITOR):
        WORKS.stop(work)
        assert work.ends_within(20)
        WORKS.put_away(work)


def _all_of(username: str) -> list[Work]:
    """A person's work in this trust, whatever they are to it."""
    return [
        work
        for work in WORKS._works
        if isinstance(whose := work.asked.whose, tuple)
        and whose[:2] == (settings.load().url, username)
    ]


def again(page: AppTest) -> str:
    """Draw a page once more, as its bar does; what it shows."""
    page.run()
    assert not page.exception, page.exception[0].message
    return everything(page)


def everything(page: AppTest) -> str:
    return "\n".join([*(one.value for one in page.header), seen(page)])


def until(page: AppTest, words: str) -> str:
    """Look again until the page says these words."""
    ends = time.monotonic() + 30
    while words not in (shown := again(page)):
        assert time.monotonic() < ends, shown
        time.sleep(0.02)
    return shown


@contextmanager
def somebody_else_writes(engine: Engine) -> Iterator[None]:
    """What posts waits for its turn meanwhile, and so stays under way."""
    with transaction(engine):
        yield


@contextmanager
def busy(engine: Engine, username: str) -> Iterator[None]:
    """The person has other work going on, and what they ask waits for it."""
    with reading(engine) as session:
        viewer = sign_ins.find_by_sid(session, f"test-{username}", at=clock.now())
    assert viewer is not None
    may_end = threading.Event()
    whose = long_work._whose(viewer)
    other = Asked(whose=whose, kind="other", key=1, page="today", title="Other work")
    work = WORKS.ask(other, lambda: may_end.wait(20))
    try:
        yield
    finally:
        may_end.set()
        assert work.ends_within(20)
        WORKS.put_away(work)


def of_label(page: AppTest, label: str) -> AppTest:
    next(one for one in page.button if one.label == label).click()
    page.run()
    assert not page.exception, page.exception[0].message
    return page


def under_way(page: AppTest) -> bool:
    return "You may leave this page: it goes on" in everything(page)


def test_a_file_is_posted_while_its_person_is_elsewhere_and_its_answer_is_there_without_it(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    today, other = look(CLERK, "today"), look(CLERK, "import_spend")
    with somebody_else_writes(engine):
        page.button(key="import-load").click().run()
        assert "Posting april.csv" in everything(page)
        assert under_way(page)
        assert "nothing is posted twice" in everything(page)
        assert '<a href="/import-spend" target="_self">Posting april.csv</a>' in again(today)
        assert "Posting april.csv" in again(other)
        assert not other.file_uploader
        assert posted(engine) == 0

    until(today, "It has ended")
    shown = again(other)
    assert "Loaded as batch B-00001: 2 journals, £1,350.50" in shown
    assert 'href="/journals?batch=B-00001"' in shown
    assert "Choose a file to see what it would post." in shown
    assert "Your work under way" not in again(today)
    assert posted(engine) == 2
    assert "Loaded as batch" not in everything(of_label(other, "Put this away"))


def test_two_tabs_that_post_the_same_file_post_it_once(look: Open, engine: Engine) -> None:
    one, two = look(CLERK, "import_spend"), look(CLERK, "import_spend")
    for tab in (one, two):
        give(tab, GOOD)
        until(tab, "£1,350.50")
    with somebody_else_writes(engine):
        for tab in (one, two):
            tab.button(key="import-load").click().run()
            assert under_way(tab)
        assert len([w for w in _all_of(CLERK) if w.asked.kind == "post-spend"]) == 1

    assert "Loaded as batch B-00001" in until(two, "Loaded as batch")
    assert posted(engine) == 2


def test_two_people_have_each_their_own(look: Open, engine: Engine) -> None:
    ours, theirs = look(CLERK, "import_spend"), look(APPROVER, "today")
    give(ours, GOOD)
    until(ours, "£1,350.50")
    with somebody_else_writes(engine):
        ours.button(key="import-load").click().run()
        assert under_way(ours)
        assert "Posting april.csv" not in again(theirs)
    until(ours, "Loaded as batch")


def test_stop_leaves_nothing_and_the_file_can_be_posted_without_being_chosen_again(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    with somebody_else_writes(engine):
        page.button(key="import-load").click().run()
        of_label(page, "Stop")
        assert "Stopping" in everything(page)

    assert "It was stopped. Nothing was changed by it." in until(page, "It was stopped")
    assert posted(engine) == 0
    back = look(CLERK, "import_spend")
    assert "What april.csv would post" in until(back, "£1,350.50")
    back.button(key="import-load").click().run()
    until(back, "Loaded as batch B-00001")
    assert posted(engine) == 2


def test_a_refused_file_is_there_with_all_its_problems_for_who_comes_back(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    give(page, BAD)
    until(page, "This file cannot be loaded")

    back = look(CLERK, "import_spend")
    shown = until(back, "This file cannot be loaded")
    assert '<th scope="row">2</th><td>Date</td>' in shown
    assert '<th scope="row">3</th><td>Amount</td>' in shown
    assert "Download the bad rows as CSV" in [one.label for one in back.download_button]
    assert posted(engine) == 0


def test_what_is_refused_as_it_is_posted_says_so_with_every_problem(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    with transaction(engine) as session:
        page.button(key="import-load").click().run()
        session.get_one(PersonRow, CLERK).active = False

    (work,) = [one for one in _all_of(CLERK) if one.asked.kind == "post-spend"]
    assert work.ends_within(20)
    assert work.end is End.REFUSED
    assert [problem.code for problem in work.problems] == ["person_not_active"]
    assert posted(engine) == 0


def test_work_that_waited_runs_as_its_person_is_then_and_not_at_all_for_who_signed_out(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    with busy(engine, CLERK):
        give(page, GOOD)
        shown = again(page)
        assert "Looking at the columns of april.csv" in shown
        assert "It waits for “Other work”" in shown
        with transaction(engine) as session:
            sign_ins.end(session, f"test-{CLERK}", at=clock.now())

    (work,) = [one for one in _all_of(CLERK) if one.asked.kind == "look-at-columns"]
    assert work.ends_within(20)
    assert [problem.message for problem in work.problems] == ["You are not signed in any more."]


def test_work_sees_of_the_record_what_its_person_sees_when_it_runs(
    look: Open, engine: Engine
) -> None:
    look(CLERK, "today")

    def funds(as_seen: Engine) -> list[str]:
        with reading(as_seen) as session:
            return sorted(session.exec(select(FundRow.code)).all())

    asked = (settings.load().url, f"test-{CLERK}", Action.IMPORT_FILE, funds)
    assert long_work._as_now(*asked) == ["camhs", "general"]
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).partner = "pct"
    with pytest.raises(Refused, match="may not import a file"):
        long_work._as_now(*asked)
    asked = (settings.load().url, f"test-{CLERK}", Action.READ_REPORTS, funds)
    assert long_work._as_now(*asked) == []


def record_something(engine: Engine, by: str) -> None:
    with transaction(engine) as session:
        audit.record(
            session, by=by, at=clock.now(), action="note", object_kind="fund", object_key="general"
        )


@pytest.mark.parametrize(
    ("quick", "by", "reads_again"),
    [(60.0, APPROVER, True), (0.0, APPROVER, False), (0.0, CLERK, True)],
    ids=["where it is quick", "not where it is long", "where it is their own"],
)
def test_a_reading_is_done_again_once_something_is_recorded(
    look: Open,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    quick: float,
    by: str,
    reads_again: bool,
) -> None:
    monkeypatch.setattr(ask_importing, "_QUICK", quick)
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    (read,) = _all_of(CLERK)
    record_something(engine, by)

    until(page, "£1,350.50")

    assert (_all_of(CLERK) != [read]) is reads_again
    assert len(_all_of(CLERK)) == 1


def test_a_fault_is_said_calmly_with_its_reference(
    look: Open, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    with engine.begin() as connection:
        past_the_authorizer(connection)
        connection.exec_driver_sql("ALTER TABLE import_row RENAME TO import_row_elsewhere")
    page.button(key="import-load").click().run()

    ends = time.monotonic() + 30
    while not again(page) or not page.error:
        assert time.monotonic() < ends
    (work,) = [one for one in _all_of(CLERK) if one.asked.kind == "post-spend"]
    assert f"**{work.reference}**" in page.error[0].value
    assert "import_row" not in page.error[0].value


def test_the_board_pack_is_made_while_its_reader_is_elsewhere(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    page, other = (look(AUDITOR, "board", year="2003-04", to="3") for _ in range(2))
    with busy(engine, AUDITOR):
        page.button(key="make-pack").click().run()
        shown = everything(page)
        assert "Making the board pack of 2003-04 P03" in shown
        assert "It waits for “Other work”" in shown
        assert "what came of it is here when you come back" in shown
        assert "Not attributed" in shown  # the page itself is there

    until(other, "The board pack is made.")
    names = [one.proto.label for one in other.get("download_button")]
    assert "Download the pack (PDF)" in names
    elsewhere = look(AUDITOR, "board", year="2003-04", to="2")
    assert "The board pack is made." not in everything(elsewhere)


def test_a_contracts_register_is_taken_in_while_its_person_is_elsewhere(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_contracts")
    give_register(page, REGISTER, whose="Wealdshire")
    until(page, "£24,500.00")
    today, back = look(CLERK, "today"), look(CLERK, "import_contracts")
    assert "What register.csv says" in again(back)
    with somebody_else_writes(engine):
        back.button(key="import-contracts-keep").click().run()
        assert "Taking in register.csv" in everything(back)
        assert "Taking in register.csv" in again(today)
        assert kept(engine) == []

    until(back, "Kept in B-00001: 3 contracts as published, 3 odd values as printed.")
    assert kept(engine) == ["Wealdshire DN1", "Wealdshire DN2", "Wealdshire DN3"]
    give_register(page, REGISTER, whose="Wealdshire")
    until(page, "This register was taken in before, in B-00001")


def test_a_register_that_is_refused_is_there_for_who_comes_back(look: Open, engine: Engine) -> None:
    page = look(CLERK, "import_contracts")
    give_register(page, BAD_REGISTER)

    back = look(CLERK, "import_contracts")
    until(back, "This file cannot be taken in")
    assert kept(engine) == []
    assert "Choose a file to see what it says." in everything(of_label(back, "Put this away"))


def test_a_file_still_in_its_box_is_not_offered_once_more_under_what_came_of_it(
    look: Open, engine: Engine
) -> None:
    page = look(CLERK, "import_spend")
    give(page, GOOD)
    until(page, "£1,350.50")
    with somebody_else_writes(engine):
        page.button(key="import-load").click().run()

    until(page, "Loaded as batch B-00001")
    assert "What it would post" not in everything(page)
    assert "Load another file" in [one.label for one in page.button]
