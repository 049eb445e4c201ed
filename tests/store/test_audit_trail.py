"""The audit trail is read by person, act, object and day, newest first, without reading all of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from ledger.periods import FinancialYear
from tests.support.trusts import AT, AUDITOR, CLERK, database_url, engine
from trust_commissioning import people
from trust_commissioning.reports import REPORTS, Scope
from trust_commissioning.reports.audit_trail import row_of
from trust_commissioning.store import audit, reading, transaction
from trust_commissioning.store.audit import Event, Wanted

__all__ = ["database_url", "engine"]


def note(engine: Engine, *facts: tuple[str, str, str, str, datetime]) -> None:
    with transaction(engine) as session:
        for by, action, kind, key, at in facts:
            audit.record(session, by=by, at=at, action=action, object_kind=kind, object_key=key)


@pytest.fixture
def trail(engine: Engine) -> Engine:
    """Eight acts, of which two at once; 30 April 2003 ends at 11pm in UTC."""
    hour = timedelta(hours=1)
    note(
        engine,
        (CLERK, "submit", "journal", "1", AT),
        (AUDITOR, "signed_in", "person", AUDITOR, AT),
        (CLERK, "submit", "journal", "2", AT + hour),
        (AUDITOR, "post", "journal", "1", AT + 2 * hour),
        (CLERK, "submit", "journal", "3", datetime(2003, 4, 30, 22, 59, 59, tzinfo=UTC)),
        (CLERK, "withdraw", "journal", "3", datetime(2003, 4, 30, 23, 0, 0, tzinfo=UTC)),
    )
    return engine


def found(engine: Engine, limit: int = 50, below: int | None = None, **wanted) -> list[str]:
    with reading(engine) as session:
        events = audit.events(session, Wanted(**wanted), limit=limit, below=below)
        return [f"{one.action} {one.key}" for one in events]


def test_the_newest_comes_first_by_when_it_was_done(trail):
    assert found(trail) == [
        "post 1",
        "submit 2",
        f"signed_in {AUDITOR}",
        "submit 1",
        "withdraw 3",
        "submit 3",
    ]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"person": AUDITOR}, ["post 1", f"signed_in {AUDITOR}"]),
        ({"kind": "journal", "key": "1"}, ["post 1", "submit 1"]),
        ({"kind": "journal", "key": "1", "person": CLERK}, ["submit 1"]),
        ({"action": "withdraw"}, ["withdraw 3"]),
        ({"starts": date(2003, 5, 1), "person": CLERK}, ["submit 2", "submit 1", "withdraw 3"]),
        ({"ends": date(2003, 4, 30)}, ["submit 3"]),
        ({"starts": date(2003, 5, 2)}, []),
    ],
)
def test_it_is_narrowed_by_person_object_act_and_day_in_london(trail, wanted, expected):
    assert found(trail, **wanted) == expected


def test_a_page_goes_on_where_the_one_before_ended_even_between_acts_of_one_second(trail):
    pages, below = [], None
    while True:
        with reading(trail) as session:
            events = audit.events(session, Wanted(), limit=2, below=below)
        if not events:
            break
        pages.append([f"{one.action} {one.key}" for one in events])
        below = events[-1].id

    assert pages == [
        ["post 1", "submit 2"],
        [f"signed_in {AUDITOR}", "submit 1"],
        ["withdraw 3", "submit 3"],
    ]


def test_every_kind_and_every_act_is_known(trail):
    with reading(trail) as session:
        assert audit.words_known(session) == (
            ["journal", "person"],
            ["post", "signed_in", "submit", "withdraw"],
        )


def test_no_page_reads_the_whole_trail(engine):
    """Each way of narrowing is answered by an index in the order of the page: nothing is sorted."""
    if engine.dialect.name != "sqlite":
        pytest.skip("SQLite says how it will answer; the indexes are the same on both")
    note(engine, *((CLERK, "submit", "journal", str(n), AT) for n in range(50)))
    plans = []
    with engine.connect().execution_options(trust_reads=True) as connection:
        for where in (
            "1 = 1",
            "person = 'x'",
            "action = 'x'",
            "object_kind = 'x' AND object_key = 'y'",
            "at >= '2003' AND at < '2004'",
            "person = 'x' AND at >= '2003' AND (at, id) < ('2004', 7)",
        ):
            query = f"SELECT * FROM audit_event WHERE {where} ORDER BY at DESC, id DESC LIMIT 51"
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))
            plans.append(" ".join(str(row[3]) for row in rows))

    assert all("USING INDEX ix_audit_event" in plan for plan in plans), plans
    assert not any("TEMP B-TREE" in plan for plan in plans), plans


def test_the_report_says_what_differs_and_is_narrowed_to_a_person_or_an_object(engine):
    with transaction(engine) as session:
        people.set_role(session, CLERK, "approver", by="x.admin", at=AT)
        people.set_role(session, AUDITOR, "board_member", by="x.admin", at=AT)
    scope = Scope(None, FinancialYear.parse("2003-04"), 2, of=f"person {CLERK}")

    with reading(engine) as session:
        report = REPORTS["audit-trail"](session, scope, AT)

    assert [dict(row) for row in report.rows] == [
        {
            "at": "1 May 2003 at 10:30am",
            "by": "Xenia Admin",
            "action": "Person changed",
            "object": f"Person {CLERK}",
            "before": "role: finance officer",
            "after": "role: approver",
        }
    ]
    assert json.dumps(report.as_json())


def test_the_report_of_april_holds_nothing_done_in_may(engine):
    note(engine, (CLERK, "submit", "journal", "1", AT))

    with reading(engine) as session:
        report = REPORTS["audit-trail"](session, Scope(None, FinancialYear.parse("2003-04"), 1), AT)

    assert report.rows == ()


def test_a_list_and_a_number_in_an_act_are_shown_as_they_are():
    event = Event(
        id=1,
        at=AT,
        person="x",
        action="a",
        kind="k",
        key="1",
        before={},
        after={"n": 1, "of": ["b"]},
    )

    assert row_of(event, {})["after"] == "n: 1; of: b"


def test_a_paper_kept_whole_is_shown_field_by_field_in_words():
    said = {
        "reference": "check/C-0016",
        "day": "2004-09-14",
        "by": "",
        "answers": [{"item": "registration", "answer": "met"}, {"item": "insurance"}],
    }
    bid = '{"bid":"merrilow","price":{"pence":148350000},"words":""}'
    event = Event(
        id=1,
        at=AT,
        person="x",
        action="a",
        kind="k",
        key="1",
        before={},
        after={
            "said": said,
            "shares": {"pct": "50"},
            "text": "{not a paper",
            "due": "2003-02-30",
            "day": "2004-09-14",
            "about": "",
        },
    )

    shown = row_of(event, {}, between="\n")

    assert row_of(replace(event, after={"said": bid}), {})["after"] == (
        "bid: merrilow; price: £1,483,500.00"
    )
    assert str(shown["after"]).split("\n") == [
        "reference: check/C-0016",
        "day: 14 September 2004",
        "answers: item registration, answer met; item insurance",
        "shares: pct 50",
        "text: {not a paper",
        "due: 2003-02-30",
    ]
