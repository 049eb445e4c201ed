"""Requests that somebody means to break the interface with: refused by field, and nothing is kept."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from tests.support.trusts import APPROVER, AUDITOR, CLERK, copy_of
from tests.web.conftest import _found, post_a_journal, sign_in
from tests.web.test_api import CSV, JOURNAL, codes
from trust_commissioning import settings
from trust_commissioning.recording import EVENTS
from trust_commissioning.server.composition import Web
from trust_commissioning.store import reading

BOOKS = "/api/v1/books.zip"
HALF, NUL = "a\ud800b", "a\x00b"
LINE = ("account", "amount", "outcome", "service", "partner", "contract", "call_off")
JOURNALS = ("book", "fund", "period", "day", "document_day", "narration", "payee", "source")


def send(client, path, asked):
    """As bytes: a client's own JSON would not send half a character."""
    headers = {"content-type": "application/json"}
    return client.post(f"/api/v1/{path}", content=json.dumps(asked).encode(), headers=headers)


def pointers(answer):
    return {error["pointer"] for error in answer.json()["errors"]}


def count(engine, table):
    with reading(engine) as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


@pytest.mark.parametrize("bad", [HALF, NUL])
def test_a_journal_with_a_text_that_cannot_be_kept_is_refused_by_its_field(asks, either, bad):
    client = asks(CLERK)
    whole = [
        ((f"/{name}",), JOURNAL | {name: bad}) for name in (*JOURNALS, "source_ref", "postings")
    ]
    lines = [((f"/postings/1/{name}",), with_line(JOURNAL, {name: bad})) for name in LINE]

    for wrong, asked in (*whole, *lines):
        answer = send(client, "journals", asked)
        assert answer.status_code in (409, 422), (wrong, answer.text)
        assert pointers(answer) >= set(wrong)
    assert count(either, "journal") == 0


def with_line(journal, changes):
    first, second = journal["postings"]
    return journal | {"postings": [first, second | changes]}


@pytest.mark.parametrize("bad", [HALF, NUL])
def test_no_event_takes_a_text_that_cannot_be_kept(asks, bad):
    client = asks(CLERK)

    for name, event in EVENTS.items():
        for field in event.asks.model_fields:
            answer = send(client, f"events/{name}", {field: bad})
            assert answer.status_code in (409, 422), (name, field, answer.text)
            assert f"/{field}" in pointers(answer), (name, field)
        deep = send(client, f"events/{name}", {"a": [{"b": bad}]})
        assert deep.status_code in (409, 422)


def test_an_account_nobody_could_have_named_is_refused_and_not_looked_for(asks):
    move = {"account": NUL, "amount": "1.00"}
    answer = send(asks(CLERK), "events/virement", {"moves": [move]})

    assert answer.status_code == 422
    assert "/moves/0/account" in pointers(answer)


@pytest.mark.parametrize("name", [b"a\x00b.csv", b"\x1b[2Jcleared.csv"])
def test_the_name_of_a_file_is_kept_as_it_can_be_printed(asks, either, name):
    parts = [
        b'--X\r\nContent-Disposition: form-data; name="fund"\r\n\r\ngeneral\r\n',
        b'--X\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n',
        b"Content-Type: text/csv\r\n\r\n" + CSV.encode() + b"\r\n--X--\r\n",
    ]
    answer = asks(CLERK).post(
        "/api/v1/imports/spend",
        content=b"".join(parts),
        headers={"content-type": "multipart/form-data; boundary=X"},
    )

    assert answer.status_code == 201
    with reading(either) as session:
        kept = session.execute(text("SELECT file_name FROM import_batch")).scalar_one()
    assert kept.isprintable()
    assert kept.endswith(".csv")


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("0001-01-01", "0000-01 P10"),  # the year before the calendar begins
        ("9999-12-31", "9999-00 P09"),  # the year it ends in
        ("2003-02-29", "2002-03 P11"),
        (1051660800, "2003-04 P01"),  # seconds since 1970
        ("1051660800", "2003-04 P01"),
        ("2003-04-30T00:00:00", "2003-04 P01"),
        ("２００３-04-30", "2003-04 P01"),
    ],
)
def test_a_day_or_period_that_is_none_is_refused(asks, day, period):
    answer = send(asks(CLERK), "journals", JOURNAL | {"day": day, "period": period})

    assert answer.status_code == 422
    assert set(codes(answer)) == {"field_unreadable"}


def test_the_twenty_ninth_of_february_and_period_13_are_days_and_periods_of_their_year(asks):
    client = asks(CLERK)

    for ref, day, period in (("1", "2004-02-29", "P11"), ("2", "2004-03-31", "P13")):
        asked = JOURNAL | {"day": day, "period": f"2003-04 {period}", "source_ref": ref}
        assert send(client, "journals", asked).status_code == 201


@pytest.mark.parametrize(
    "address",
    [
        "agreements?day=9999-12-31",
        "contracts?as_at=9999-12-31",
        "journals?year=0000-01",
        "reports/outcome-spend?year=9999-00",
        "reports/outcome-spend?year=0000-01",
        "contributions?year=9999-00",
    ],
)
def test_a_question_past_the_calendar_is_refused(asks, address):
    assert asks(CLERK).get(f"/api/v1/{address}").status_code in (404, 409, 422)


@pytest.mark.parametrize(
    "amount",
    ["1e3", "0.005", "１２", "١٢", " 12", "+12", "1,000.00", "NaN", "--1", 12, 12.5, None, True],
)
def test_an_amount_is_pounds_and_pence_in_plain_figures_and_nothing_else(asks, amount):
    answer = send(asks(CLERK), "journals", with_line(JOURNAL, {"amount": amount}))

    assert answer.status_code == 422
    assert pointers(answer) == {"/postings/1/amount"}


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("journals", JOURNAL),
        ("events/receipt", {"reference": "R-1", "fund": "general", "amount": "10.00"}),
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
def test_a_key_given_twice_is_refused_and_neither_answer_is_taken(asks, either, path, asked, kind):
    twice = json.dumps(asked)[:-1] + ', "fund": "camhs"}'
    answer = asks(CLERK).post(
        f"/api/v1/{path}", content=twice.encode(), headers={"content-type": kind}
    )

    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [
        ("json_key_repeated", "/fund")
    ]
    assert count(either, "journal") == 0


@pytest.mark.parametrize("depth", [100, 900, 100_000])
def test_json_nested_deeper_than_anything_asked_for_is_refused(asks, depth):
    client, headers = asks(CLERK), {"content-type": "application/json"}

    for path in ("journals", "events/receipt"):
        for body in ('{"a":' * depth + "1" + "}" * depth, "[" * depth + "]" * depth):
            answer = client.post(f"/api/v1/{path}", content=body.encode(), headers=headers)
            assert 400 <= answer.status_code < 500
            assert len(answer.content) < 2_000


def test_a_file_with_more_wrong_than_anybody_reads_is_answered_in_part(asks):
    data = "Date,Supplier,Amount,Purpose\n" + "bad,bad,bad,bad\n" * 6_000
    answer = asks(CLERK).post(
        "/api/v1/imports/spend", files={"file": ("x.csv", data)}, data={"fund": "general"}
    )

    assert answer.status_code == 409
    assert answer.json()["detail"] == "These are the first 5,000 of 12,000 problems."
    assert [error["row"] for error in answer.json()["errors"]][::2] == list(range(2, 2_502))


def test_nobody_has_books_made_twice_at_once_and_no_third_person_any(
    request, postgres_server, free_folder, tmp_path
):
    """One asks for twenty copies: the record is held still, so that the first is under way."""
    with copy_of(_found, request, "postgres", free_folder) as engine:
        post_a_journal(engine)
        app = Web(settings.load({}, tmp_path), engine, trust="Wealdshire").without_dashboards()
        clerk, approver, auditor = clients = [TestClient(app) for _ in range(3)]
        for client, username in zip(clients, (CLERK, APPROVER, AUDITOR), strict=True):
            assert sign_in(client, username).status_code == 303
        with ThreadPoolExecutor(2) as two, engine.connect() as holding:
            holding.execute(text("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE"))
            first = [two.submit(one.get, BOOKS) for one in (clerk, approver)]
            wait_until_two_are_held_up(engine)
            again = [one.get(BOOKS) for one in (*[clerk] * 19, auditor)]
            holding.rollback()
            made = [one.result(60) for one in first]

        assert [answer.status_code for answer in again] == [429] * 20
        assert {code for answer in again for code in codes(answer)} == {"books_being_made"}
        assert again[0].headers["retry-after"] == "60"
        assert [answer.status_code for answer in (*made, auditor.get(BOOKS))] == [200] * 3


def wait_until_two_are_held_up(engine):
    waiting = text(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND database = "
        "(SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    for _ in range(600):
        with engine.connect() as looking:
            if looking.execute(waiting).scalar_one() == 2:
                return
        time.sleep(0.05)
    raise AssertionError("they were not held up")


@pytest.mark.parametrize(
    ("event", "asked", "wrong"),
    [
        ("payment", {"day": "9999-12-31"}, "/day"),
        ("virement", {"day": "0001-01-01"}, "/day"),
        ("allocation", {"year": "9998-99"}, "/year"),
        ("allocation", {"starts": "0001-01-01"}, "/starts"),
        ("uplift-decision", {"day": "9999-12-31"}, "/day"),
        (
            "variation",
            {"extensions": [{"code": "a", "until": "9999-01-01"}]},
            "/extensions/0/until",
        ),
        ("review", {"day": "1799-12-31"}, "/day"),
        ("review", {"day": "3000-01-01"}, "/day"),
    ],
)
def test_an_event_on_a_day_at_the_end_of_the_calendar_is_refused_by_its_field(
    asks, event, asked, wrong
):
    """What is worked out from it would be no day at all."""
    answer = send(asks(CLERK), f"events/{event}", asked)

    assert answer.status_code == 422
    assert wrong in pointers(answer)
