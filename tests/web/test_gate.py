"""The gate: who gets through, to what, and for how long."""

from contextlib import suppress

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.support.trusts import APPROVER, AUDITOR, CLERK
from tests.web.conftest import ADMIN, BOARD, PARTNER, age_sign_ins
from trust_commissioning.server.gate import Gate
from trust_commissioning.server.sessions import Sessions
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import FundRow, PersonRow, SignInRow, TrustRow

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("path", ["/", "/journals", "/books/", "/books/x/query/?a=1", "/static"])
def test_a_page_without_a_session_leads_to_signing_in_and_back(client, path):
    answer = client.get(path, headers=HTML, follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/")


def test_where_a_person_wanted_to_go_is_kept_with_its_filters(client):
    answer = client.get("/journals?fund=camhs&to=6", headers=HTML, follow_redirects=False)

    assert answer.headers["location"] == "/sign-in?next=/journals%3Ffund%3Dcamhs%26to%3D6"


@pytest.mark.parametrize("path", ["/api/v1/funds", "/api/v1/openapi.json", "/_stcore/health"])
def test_a_program_without_a_session_is_told_so_in_problem_json(client, path):
    answer = client.get(path)

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == "sign_in_first"


@pytest.mark.parametrize("path", ["/healthz", "/sign-in", "/assets/plain.css"])
def test_what_everybody_may_see_needs_no_session(client, path):
    assert client.get(path).status_code == 200


def test_headers_that_pretend_to_come_from_the_gate_are_stripped(signed_in):
    client = signed_in(CLERK)
    forged = {"X-Trust-User": ADMIN, "X-Trust-Sid": "x", "X-Trust-Role": "y", "X_Trust_User": "z"}

    behind = client.get("/what-is-behind", headers=forged).json()

    assert behind["x-trust-user"] == CLERK
    assert len(behind["x-trust-sid"]) == 64
    assert not {"x-trust-role", "x_trust_user"} & set(behind)


def test_a_forged_header_without_a_session_opens_nothing(client):
    answer = client.get("/what-is-behind", headers={"X-Trust-User": ADMIN}, follow_redirects=False)

    assert answer.status_code == 303


def test_a_cookie_that_is_not_signed_by_us_is_no_session(client):
    client.cookies.set("trust_session", "a" * 43 + ".forged")

    assert client.get("/what-is-behind", follow_redirects=False).status_code == 303


def test_the_session_is_looked_up_at_each_request(signed_in, engine):
    client = signed_in(CLERK)
    assert client.get("/what-is-behind").json()["x-trust-user"] == CLERK
    with transaction(engine) as session:
        session.get_one(PersonRow, CLERK).active = False

    assert client.get("/what-is-behind", follow_redirects=False).status_code == 303


def test_a_request_puts_the_idle_end_off_but_a_pages_own_clock_does_not(signed_in, engine):
    client = signed_in(CLERK)
    age_sign_ins(engine, 20)

    client.get("/sign-in/session")
    client.get("/books/2003-04/api/changed")
    own = client.get("/sign-in/session").json()["ends_in"]
    client.get("/what-is-behind")
    persons = client.get("/sign-in/session").json()["ends_in"]

    assert own <= 600
    assert persons > 1700


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "http://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-out", "/api/v1/journals", "/sign-in", "/anything"])
def test_a_write_from_another_site_is_refused(signed_in, headers, path):
    client = signed_in(CLERK)

    answer = client.post(path, headers=headers, follow_redirects=False)

    assert answer.status_code == 403
    assert client.get("/what-is-behind").json()["x-trust-user"] == CLERK


@pytest.mark.parametrize(
    ("username", "status"),
    [(CLERK, 200), (APPROVER, 200), (AUDITOR, 200), (ADMIN, 200), (BOARD, 403), (PARTNER, 403)],
)
def test_the_books_are_for_the_officers_who_keep_them_and_auditors(signed_in, username, status):
    answer = signed_in(username).get("/books/", headers=HTML)

    assert answer.status_code == status
    assert ("No books have been published" in answer.text) is (status == 200)


@pytest.mark.parametrize(
    ("named", "status"), [("council", 403), (None, 403), ("pct", 200)], ids=str
)
def test_hosting_one_of_two_funds_opens_no_books_to_a_partners_officer_but_keeping_them_does(
    signed_in, engine, named, status
):
    with transaction(engine) as session:
        session.get_one(FundRow, "camhs").host = "pct"
        session.get_one(TrustRow, 1).kept_by = named

    assert signed_in(PARTNER).get("/books/", headers=HTML).status_code == status


def test_two_hosts_of_which_none_is_named_keep_no_books_neither_of_them(signed_in, engine):
    with transaction(engine) as session:
        session.get_one(FundRow, "camhs").host = "pct"
        for username in (CLERK, AUDITOR):
            session.get_one(PersonRow, username).partner = "council"

    for username in (CLERK, AUDITOR, PARTNER):
        assert signed_in(username).get("/books/", headers=HTML).status_code == 403


@pytest.mark.parametrize(
    "path", ["/%62ooks/", "/books", "/books/x/journal/", "/books/static/app.js"]
)
def test_the_books_cannot_be_reached_by_another_spelling(signed_in, path):
    answer = signed_in(BOARD).get(path, headers=HTML, follow_redirects=False)

    assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/contracts/C%00", "/api/v1/journals?fund=a%00b", "/directory?search=%00", "/%00"],
)
def test_an_address_with_a_nul_leads_nowhere(signed_in, path):
    """PostgreSQL fails over one, and a failure of ours is what nobody should bring about by typing."""
    assert signed_in(CLERK).get(path).status_code == 404


def test_streamlits_doors_that_nobody_needs_are_shut(signed_in):
    client = signed_in(ADMIN)

    for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/mcp"):
        assert client.get(path).status_code == 404


def test_every_answer_says_what_a_browser_may_do_with_it(signed_in):
    client = signed_in(CLERK)

    for path in ("/sign-in", "/what-is-behind", "/api/v1/funds", "/books/", "/absent.css"):
        headers = client.get(path, follow_redirects=False).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "unsafe-eval" not in headers["content-security-policy"].replace("wasm-unsafe", "")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers


def test_over_https_browsers_are_told_to_stay_there(client):
    client.base_url = "https://testserver"

    answer = client.get("/sign-in")

    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


async def _echo(websocket):
    await websocket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            data = await websocket.receive_bytes()
            await websocket.send_bytes(websocket.headers["x-trust-user"].encode() + b" " + data)


@pytest.fixture
def sockets(client):
    """A gate with a socket behind it that looks at silent ones ten times a second."""
    sessions = client.app.state.sessions
    app = Starlette(
        routes=[
            WebSocketRoute("/_stcore/stream", _echo),
            Route("/{path:path}", lambda _: JSONResponse({})),
        ],
        middleware=[Middleware(Gate, sessions=sessions, look_again=0.1)],
    )
    with TestClient(app) as made:
        # One jar, so that whoever signs in at the one is signed in at the other.
        made._cookies = client._cookies
        yield made


ORIGIN = {"Origin": "http://testserver"}


def test_a_socket_of_a_person_signed_in_is_opened_under_their_name(sockets, signed_in):
    signed_in(CLERK)

    with sockets.websocket_connect("/_stcore/stream", headers=ORIGIN) as socket:
        socket.send_bytes(b"hello")
        assert socket.receive_bytes() == b"h.clerk hello"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_socket_from_another_site_is_refused_before_it_is_opened(sockets, signed_in, headers):
    signed_in(CLERK)

    with (
        pytest.raises(WebSocketDisconnect),
        sockets.websocket_connect("/_stcore/stream", headers=headers),
    ):
        pass


def test_a_socket_without_a_session_is_refused_before_it_is_opened(sockets):
    with (
        pytest.raises(WebSocketDisconnect),
        sockets.websocket_connect("/_stcore/stream", headers={**ORIGIN, "X-Trust-User": ADMIN}),
    ):
        pass


def _end_all(engine):
    with transaction(engine) as session:
        session.execute(update(SignInRow).values(ended_at="2003-05-01T09:30:00+00:00"))


def test_a_message_after_the_sign_in_has_ended_is_not_let_through(sockets, signed_in, engine):
    signed_in(CLERK)

    with sockets.websocket_connect("/_stcore/stream", headers=ORIGIN) as socket:
        socket.send_bytes(b"one")
        socket.receive_bytes()
        _end_all(engine)
        socket.send_bytes(b"two")
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == 4401


def test_a_silent_socket_is_closed_when_its_sign_in_ends(sockets, signed_in, engine):
    signed_in(CLERK)

    with sockets.websocket_connect("/_stcore/stream", headers=ORIGIN) as socket:
        _end_all(engine)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_bytes()
    assert closed.value.code == 4401


def test_a_key_is_made_once_and_is_readable_by_its_owner_alone(tmp_path):
    from trust_commissioning.server.sessions import signing_key

    key = signing_key(tmp_path)

    assert signing_key(tmp_path) == key
    assert (tmp_path / "web-key").stat().st_mode & 0o077 == 0


def test_cookies_signed_with_another_key_are_no_sessions(client, engine, signed_in):
    signed_in(CLERK)
    elsewhere = Sessions(engine, "another key of another trust's folder")
    scope = {
        "type": "http",
        "scheme": "http",
        "headers": [(b"cookie", f"trust_session={client.cookies['trust_session']}".encode())],
    }

    assert client.app.state.sessions.who(scope).username == CLERK
    assert elsewhere.who(scope) is None
