"""The interface: the same services as the commands, in JSON."""

import pytest

from tests.support.trusts import APPROVER, AT, AUDITOR, CLERK, journal
from tests.web.conftest import ADMIN, BOARD, post_a_journal, sign_in
from trust_commissioning import posting
from trust_commissioning.store import transaction

JOURNAL = {
    "fund": "general",
    "period": "2003-04 P01",
    "day": "2003-04-30",
    "narration": "Foster care, April",
    "source": "keyed",
    "source_ref": "h.clerk/1",
    "postings": [
        {
            "account": "Expenses:ThirdParty:FosterCare",
            "amount": "100.00",
            "outcome": "stay_safe",
            "service": "fostering",
        },
        {"account": "Assets:HostCash", "amount": "-100.00"},
    ],
}

CSV = (
    "Date,Supplier,Amount,Purpose\n"
    "30/04/2003,Oakfield Fostering,100.00,Foster care\n"
    "30/04/2003,Elm House,50.05,Short breaks\n"
)


def codes(answer):
    return [error["code"] for error in answer.json()["errors"]]


def switch(client, username):
    client.cookies.clear()
    assert sign_in(client, username).status_code == 303
    return client


def submit(client, **changes):
    return client.post("/api/v1/journals", json=JOURNAL | changes)


def test_a_report_is_the_one_every_screen_shows(signed_in, engine):
    post_a_journal(engine)

    report = signed_in(BOARD).get("/api/v1/reports/outcome-spend?year=2003-04&to=1").json()

    spent = {row["outcome"]: row["actual"] for row in report["rows"]}
    assert spent["stay_safe"] == "100.00"
    assert spent["not_attributed"] == "0.00"
    assert {"report", "trust", "fund", "year", "to", "basis", "sign", "books_head"} <= set(report)


@pytest.mark.parametrize(
    "path",
    [
        "reports/no-such",
        "reports/trial-balance?year=2003-05",
        "reports/trial-balance?year=2019-20",
        "reports/trial-balance?year=2003-04&fund=nobody",
        "reports/trial-balance",
        "journals/2003-04/000099",
        "journals/99",
        "no-such-thing",
    ],
)
def test_what_is_absent_is_404_in_problem_json(signed_in, path):
    answer = signed_in(CLERK).get(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert codes(answer) == ["not_found"]


@pytest.mark.parametrize("id", [2**63, 10**30, 0, -1])
def test_a_journals_id_that_no_database_holds_is_refused_and_not_failed_over(signed_in, id):
    client = signed_in(APPROVER)
    read = client.get(f"/api/v1/journals/{id}")
    posted = client.post(f"/api/v1/journals/{id}/post", headers={"If-Match": '"1"'})

    assert (read.status_code, posted.status_code) == (422, 422)


def test_the_register_says_what_there_is_to_code_to(signed_in):
    client = signed_in(CLERK)

    funds = client.get("/api/v1/funds").json()["funds"]
    years = client.get("/api/v1/years").json()["years"]
    accounts = client.get("/api/v1/accounts").json()["accounts"]
    services = client.get("/api/v1/services").json()["services"]

    assert [fund["code"] for fund in funds] == ["camhs", "general"]
    assert [(year["year"], len(year["periods"])) for year in years] == [("2003-04", 13)]
    assert "Expenses:Unallocated" in {account["name"] for account in accounts}
    assert services[0]["outcomes"][0]["weights"] == {"be_healthy": 1, "stay_safe": 3}


def test_a_person_can_ask_who_they_are_and_what_they_may_do(signed_in):
    me = signed_in(AUDITOR).get("/api/v1/people/me").json()

    assert (me["username"], me["role"]) == (AUDITOR, "auditor")
    assert me["may"] == ["read_reports", "read_journals", "read_books", "read_audit_trail"]


def test_a_journal_goes_from_one_person_to_another_and_into_the_books(signed_in):
    client = signed_in(CLERK)
    submitted = submit(client)
    switch(client, APPROVER)
    waiting = client.get("/api/v1/journals/waiting").json()["journals"]
    posted = client.post(
        f"/api/v1/journals/{submitted.json()['id']}/post",
        headers={"If-Match": submitted.headers["etag"]},
    )

    assert (submitted.status_code, submitted.json()["status"]) == (201, "submitted")
    assert [one["author"] for one in waiting] == [CLERK]
    assert (posted.status_code, posted.json()["number"]) == (200, "2003-04/000001")
    found = client.get("/api/v1/journals/2003-04/000001").json()
    assert (found["author"], found["posted_by"]) == (CLERK, APPROVER)
    assert [line["amount"] for line in found["postings"]] == ["100.00", "-100.00"]


def test_the_same_journal_sent_again_is_the_same_journal(signed_in):
    client = signed_in(CLERK)

    assert submit(client).json()["id"] == submit(client).json()["id"]


def test_whoever_keyed_a_journal_may_not_post_it(signed_in):
    client = signed_in(ADMIN)
    submitted = submit(client)

    answer = client.post(
        f"/api/v1/journals/{submitted.json()['id']}/post",
        headers={"If-Match": submitted.headers["etag"]},
    )

    assert answer.status_code == 409
    assert codes(answer) == ["poster_is_author"]


def test_posting_wants_the_version_that_was_read(signed_in):
    client = signed_in(CLERK)
    id = submit(client).json()["id"]
    switch(client, APPROVER)

    absent = client.post(f"/api/v1/journals/{id}/post")
    stale = client.post(f"/api/v1/journals/{id}/post", headers={"If-Match": '"99"'})

    assert (absent.status_code, codes(absent)) == (428, ["version_missing"])
    assert (stale.status_code, codes(stale)) == (412, ["version_is_stale"])
    assert client.get(f"/api/v1/journals/{id}").json()["status"] == "submitted"


def test_a_refused_journal_is_told_everything_with_a_pointer_to_each_field(signed_in):
    answer = submit(
        signed_in(CLERK),
        narration="",
        postings=[
            {"account": "Expenses:Nowhere", "amount": "100.00"},
            {"account": "Assets:HostCash", "amount": "-99.99"},
        ],
    )

    assert answer.status_code == 409
    errors = {error["code"]: error for error in answer.json()["errors"]}
    assert set(errors) == {"narration_missing", "journal_does_not_balance", "account_unknown"}
    assert errors["account_unknown"]["pointer"] == "/postings/0/account"
    assert errors["journal_does_not_balance"]["message"] == "The debits are £0.01 too many."


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"day": "31/04/2003"}, "field_unreadable", "/day"),
        ({"period": "April"}, "field_unreadable", "/period"),
        ({"unheard_of": 1}, "field_unknown", "/unheard_of"),
        ({"fund": None}, "field_unreadable", "/fund"),
        (
            {"postings": [{"account": "Assets:HostCash", "amount": 100.5}]},
            "field_unreadable",
            "/postings/0/amount",
        ),
        (
            {"postings": [{"account": "Assets:HostCash", "amount": "1e5"}]},
            "field_unreadable",
            "/postings/0/amount",
        ),
        ({"postings": [{"amount": "1.00"}]}, "field_missing", "/postings/0/account"),
    ],
)
def test_what_cannot_be_read_is_422_and_says_where(signed_in, change, code, pointer):
    answer = submit(signed_in(CLERK), **change)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [(code, pointer)]


def test_a_body_that_is_not_json_is_422(signed_in):
    answer = signed_in(CLERK).post(
        "/api/v1/journals", content=b"{", headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("username", [BOARD, AUDITOR])
def test_whoever_may_not_enter_journals_is_403(signed_in, username):
    answer = submit(signed_in(username))

    assert (answer.status_code, codes(answer)) == (403, ["not_permitted"])


def test_a_write_sent_twice_under_one_key_is_done_once_and_answered_the_same(signed_in):
    client = signed_in(CLERK)
    headers = {"Idempotency-Key": "k-1"}

    first = client.post("/api/v1/journals", json=JOURNAL, headers=headers)
    second = client.post("/api/v1/journals", json=JOURNAL, headers=headers)
    other = client.post("/api/v1/journals", json=JOURNAL | {"source_ref": "2"}, headers=headers)

    assert first.json() == second.json()
    assert (second.status_code, second.headers["etag"]) == (201, first.headers["etag"])
    assert (other.status_code, codes(other)) == (409, ["idempotency_key_reused"])


def test_a_key_is_its_persons_own(signed_in):
    client = signed_in(CLERK)
    headers = {"Idempotency-Key": "k-1"}
    client.post("/api/v1/journals", json=JOURNAL, headers=headers)
    switch(client, ADMIN)

    answer = client.post("/api/v1/journals", json=JOURNAL | {"source_ref": "2"}, headers=headers)

    assert answer.status_code == 201


def test_a_refusal_may_be_mended_under_the_same_key(signed_in):
    client = signed_in(CLERK)
    headers = {"Idempotency-Key": "k-1"}
    refused = client.post("/api/v1/journals", json=JOURNAL | {"narration": ""}, headers=headers)

    mended = client.post("/api/v1/journals", json=JOURNAL, headers=headers)

    assert (refused.status_code, mended.status_code) == (409, 201)


def test_journals_are_found_by_words_and_shown_by_the_page(signed_in, engine):
    for ref in range(1, 8):
        post_a_journal(engine, ref=str(ref), amount=f"{ref}.00")

    found = signed_in(BOARD).get("/api/v1/journals?page=2&page_size=3").json()
    one = signed_in(BOARD).get("/api/v1/journals?words=000004").json()

    assert [line["number"] for line in found["journals"]] == [
        "2003-04/000004",
        "2003-04/000003",
        "2003-04/000002",
    ]
    assert (found["total_journals"], found["total_pages"]) == (7, 3)
    assert found["total_amount"] == "28.00"
    assert [line["amount"] for line in one["journals"]] == ["4.00"]


@pytest.mark.parametrize("query", ["page=0", "page_size=501", "to=14", "book=petty", "page=x"])
def test_a_search_that_cannot_be_read_is_422(signed_in, query):
    assert signed_in(CLERK).get(f"/api/v1/journals?{query}").status_code == 422


def test_a_draft_is_its_authors_own(signed_in, engine):
    with transaction(engine) as session:
        id = posting.save_draft(
            session,
            journal("Expenses:Unallocated 1.00 / Assets:HostCash -1.00"),
            by=CLERK,
            at=AT,
        )

    assert signed_in(CLERK).get(f"/api/v1/journals/{id}").json()["status"] == "draft"
    assert signed_in(ADMIN).get(f"/api/v1/journals/{id}").status_code == 404


def load(client, *, preview=False, **more):
    return client.post(
        "/api/v1/imports/spend",
        params={"preview": "true"} if preview else {},
        files={"file": ("april.csv", CSV.encode(), "text/csv")},
        data={"fund": "general", **more},
    )


def test_a_spending_extract_is_previewed_then_loaded_then_known(signed_in):
    client = signed_in(CLERK)

    shown = load(client, preview=True)
    loaded = load(client, control_total="150.05")
    again = load(client)

    assert (shown.status_code, shown.json()["dry_run"], shown.json()["batch"]) == (200, True, None)
    assert loaded.status_code == 201
    assert (loaded.json()["rows_posted"], loaded.json()["total"]) == (2, "150.05")
    assert (again.status_code, again.json()["rows_posted"]) == (200, 0)


def test_the_answer_to_a_file_leads_to_the_journals_of_its_batch(signed_in, engine):
    client = signed_in(CLERK)
    post_a_journal(engine)

    loaded = load(client)
    again = load(client)

    address = loaded.links["related"]["url"]
    assert address == again.links["related"]["url"] == "/api/v1/journals?batch=B-00001"
    found = client.get(address).json()
    assert (found["total_journals"], found["total_amount"]) == (2, "150.05")


def test_a_keyed_text_that_may_identify_a_child_is_asked_about_and_taken(signed_in):
    answer = submit(signed_in(CLERK), narration="Fees 9434765919")

    assert answer.status_code == 201
    assert [(one["code"], one["where"]) for one in answer.json()["warnings"]] == [
        ("looks_like_nhs_number", "narration")
    ]


def test_a_file_whose_control_total_does_not_agree_is_refused_whole(signed_in):
    client = signed_in(CLERK)

    answer = load(client, control_total="150.00")

    assert answer.status_code == 409
    assert codes(answer) == ["control_total_does_not_agree"]
    assert client.get("/api/v1/journals").json()["total_journals"] == 0


def test_a_board_member_may_not_even_preview_a_file(signed_in):
    answer = load(signed_in(BOARD), preview=True)

    assert (answer.status_code, codes(answer)) == (403, ["not_permitted"])


def test_a_body_larger_than_any_file_we_take_is_refused_before_it_is_read(signed_in):
    answer = signed_in(CLERK).post(
        "/api/v1/imports/spend", content=b"x", headers={"Content-Length": str(10**9)}
    )

    assert (answer.status_code, codes(answer)) == (413, ["request_too_large"])


def test_the_interface_describes_itself(signed_in):
    described = signed_in(BOARD).get("/api/v1/openapi.json").json()

    assert described["servers"] == [{"url": "/api"}]
    assert {
        "/v1/reports/{name}",
        "/v1/journals",
        "/v1/journals/{id}/post",
        "/v1/imports/spend",
        "/v1/people/me",
    } <= set(described["paths"])


def test_a_method_that_is_not_taken_is_405_in_problem_json(signed_in):
    answer = signed_in(CLERK).delete("/api/v1/funds")

    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
