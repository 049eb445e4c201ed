"""Reports as files, over the interface."""

import hashlib

import pytest

from tests.support.trusts import AT, YEAR
from tests.web.conftest import ADMIN, BOARD, post_a_journal
from trust_commissioning import issuing
from trust_commissioning.issuing import Paper
from trust_commissioning.reports import Scope
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.store import transaction

ASKED = "fund=general&year=2003-04&to=1"


@pytest.mark.parametrize("ending", sorted(KINDS))
def test_a_report_comes_as_a_file_of_each_kind(signed_in, engine, ending):
    post_a_journal(engine)

    answer = signed_in(BOARD).get(f"/api/v1/reports/outcome-spend.{ending}?{ASKED}&unit=thousands")

    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == KINDS[ending].media_type
    assert answer.headers["content-disposition"] == (
        f'attachment; filename="outcome-spend-2003-04-P01.{ending}"'
    )
    assert answer.headers["cache-control"] == "no-store"
    start = {"pdf": b"%PDF-1.7", "xlsx": b"PK", "html": b"<!doctype html>"}.get(ending, b"")
    assert answer.content.startswith(start)


@pytest.mark.parametrize("path", ["no-such.pdf", "outcome-spend.pdf?year=2003-04&fund=nobody"])
def test_a_file_of_what_is_absent_is_404(signed_in, path):
    assert signed_in(BOARD).get(f"/api/v1/reports/{path}").status_code == 404


def test_a_file_of_no_known_kind_is_refused(signed_in):
    assert signed_in(BOARD).get(f"/api/v1/reports/outcome-spend.doc?{ASKED}").status_code == 422


def issue(engine):
    with transaction(engine) as session:
        paper = Paper(report="fund-position", scope=Scope("general", YEAR, 1), reference="April")
        return issuing.issue(session, paper, by=ADMIN, at=AT)


def test_an_issued_report_is_listed_shown_and_given_back_byte_for_byte(signed_in, engine):
    post_a_journal(engine)
    made = issue(engine)
    post_a_journal(engine, ref="2", amount="50.00")
    client = signed_in(BOARD)

    listed = client.get("/api/v1/issued?fund=general").json()["issued"]
    whole = client.get("/api/v1/issued/I-0001").json()
    pdf = client.get("/api/v1/issued/I-0001.pdf")
    page = client.get("/api/v1/issued/I-0001.html")

    assert listed == [made.as_json()]
    assert whole["contents"]["rows"][0]["actual"] == "100.00"
    assert hashlib.sha256(pdf.content).hexdigest() == made.pdf_sha256
    assert pdf.headers["content-disposition"] == 'attachment; filename="I-0001.pdf"'
    assert "150.00" not in page.text
    assert client.get("/api/v1/issued/I-0009").status_code == 404
    assert client.get("/api/v1/issued/I-0009.pdf").status_code == 404


def test_a_report_is_issued_as_an_event_by_those_who_may(signed_in, engine):
    post_a_journal(engine)
    asked = {"report": "fund-position", "to": "2003-04 P01", "reference": "April"}

    refused = signed_in(BOARD).post("/api/v1/events/issue", json=asked)
    made = signed_in(ADMIN).post("/api/v1/events/issue", json=asked)

    assert refused.status_code == 403
    assert (made.status_code, made.json()["number"]) == (201, "I-0001")
