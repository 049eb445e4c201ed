"""Signing in and out by the pages a person sees."""

import pytest

from tests.support.trusts import CLERK
from tests.web.conftest import PASSWORD, age_sign_ins, form_token, sign_in
from trust_commissioning.server.sessions import local_path
from trust_commissioning.store import audit, reading


def test_the_sign_in_page_is_named_in_english_with_the_trust_and_labelled(client):
    page = client.get("/sign-in").text

    assert '<html lang="en-GB">' in page
    assert "<title>Sign in – Wealdshire Children&#x27;s Trust</title>" in page
    assert '<label for="username">User name</label>' in page
    assert '<label for="password">Password</label>' in page


def test_the_right_password_leads_to_where_the_person_wanted_to_go(client):
    answer = sign_in(client, CLERK, next="/journals?fund=camhs")

    assert (answer.status_code, answer.headers["location"]) == (303, "/journals?fund=camhs")
    assert client.get("/what-is-behind").json()["x-trust-user"] == CLERK


def test_a_user_name_is_read_whatever_its_capitals_and_spaces(client):
    assert sign_in(client, " H.Clerk ").status_code == 303


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "javascript:alert(1)",
        "journals",
        "/\t/evil.example",
        "//[",
        "/sign-out",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(client, wanted):
    assert local_path(wanted) == "/"
    assert sign_in(client, CLERK, next=wanted).headers["location"] == "/"


@pytest.mark.parametrize(("username", "password"), [(CLERK, "wrong words"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(client, username, password):
    answer = sign_in(client, username, password)

    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "<title>Error: Sign in" in answer.text
    assert "trust_session" not in client.cookies


def test_an_empty_form_is_told_what_is_missing_at_the_top_and_beside_each_box(client):
    answer = sign_in(client, "", "")

    assert answer.status_code == 422
    assert '<a href="#username">Enter your user name.</a>' in answer.text
    assert '<a href="#password">Enter your password.</a>' in answer.text
    assert 'aria-invalid="true" aria-describedby="password-error"' in answer.text


def test_what_was_typed_is_shown_as_text_and_the_password_not_at_all(client):
    answer = sign_in(client, '"><script>alert(1)</script>', "my wrong words")

    assert "<script>alert" not in answer.text
    assert "my wrong words" not in answer.text


def test_after_five_failures_the_person_is_told_to_wait(client):
    for _ in range(5):
        sign_in(client, CLERK, "wrong words")

    answer = sign_in(client, CLERK)

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    assert "wait 15 minutes" in answer.text


def test_a_form_this_browser_was_not_shown_signs_nobody_in(client):
    token = form_token(client.get("/sign-in").text)
    client.cookies.clear()

    answer = client.post(
        "/sign-in", data={"username": CLERK, "password": PASSWORD, "form_token": token}
    )

    assert answer.status_code == 403
    assert "trust_session" not in client.cookies


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client):
    cookies = sign_in(client, CLERK).headers.get_list("set-cookie")

    (session,) = [cookie for cookie in cookies if cookie.startswith("trust_session=")]
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Path=/" in session
    assert "Secure" not in session
    assert "expires" not in session.lower()


def test_over_https_the_cookie_is_kept_to_this_host_and_to_https(client):
    client.base_url = "https://testserver"

    cookies = sign_in(client, CLERK).headers.get_list("set-cookie")

    (session,) = [cookie for cookie in cookies if cookie.startswith("__Host-trust_session=")]
    assert "Secure" in session
    assert "Domain" not in session
    assert client.get("/what-is-behind").json()["x-trust-user"] == CLERK


def test_signing_in_again_ends_the_session_before(client):
    sign_in(client, CLERK)
    before = client.cookies["trust_session"]
    client.cookies.delete("trust_session")
    form = form_token(client.get("/sign-in").text)
    client.cookies.set("trust_session", before)
    client.post(
        "/sign-in",
        data={"username": "p.approver", "password": PASSWORD, "form_token": form},
        follow_redirects=False,
    )
    client.cookies.clear()
    client.cookies.set("trust_session", before)

    assert client.get("/sign-in/session").status_code == 401


def test_signing_out_is_asked_for_by_a_button_and_a_link_alone_does_nothing(signed_in):
    client = signed_in(CLERK)

    page = client.get("/sign-out")

    assert "You are signed in as Hana Clerk" in page.text
    assert client.get("/sign-in/session").status_code == 200


def _csrf(client):
    return client.get("/sign-in/session").json()["csrf"]


def test_signing_out_ends_the_session_and_says_so(signed_in):
    client = signed_in(CLERK)

    answer = client.post("/sign-out", data={"csrf": _csrf(client)})

    assert answer.history[0].headers["clear-site-data"] == '"cache", "storage"'
    assert "You have been signed out" in answer.text
    assert client.get("/sign-in/session").status_code == 401


def test_a_token_copied_before_signing_out_is_worth_nothing_afterwards(signed_in):
    client = signed_in(CLERK)
    copied = client.cookies["trust_session"]
    client.post("/sign-out", data={"csrf": _csrf(client)})
    client.cookies.set("trust_session", copied)

    assert client.get("/sign-in/session").status_code == 401


def test_signing_out_without_the_forms_token_does_nothing(signed_in):
    client = signed_in(CLERK)

    answer = client.post("/sign-out", data={"csrf": "made up"}, follow_redirects=False)

    assert answer.status_code == 403
    assert client.get("/sign-in/session").status_code == 200


def test_signing_out_everywhere_ends_the_sessions_of_other_machines(signed_in):
    client = signed_in(CLERK)
    elsewhere = client.cookies["trust_session"]
    client.cookies.delete("trust_session")
    signed_in(CLERK)
    client.post("/sign-out", data={"csrf": _csrf(client), "everywhere": "yes"})
    client.cookies.set("trust_session", elsewhere)

    assert client.get("/sign-in/session").status_code == 401


def test_signing_out_everywhere_is_in_the_audit_trail_with_how_many_that_ended(signed_in, engine):
    """A person who thinks that somebody else is in must leave a trace of it."""
    client = signed_in(CLERK)
    client.cookies.delete("trust_session")
    signed_in(CLERK)
    client.post("/sign-out", data={"csrf": _csrf(client), "everywhere": "yes"})

    with reading(engine) as session:
        wanted = audit.Wanted(action="person_signed_out_everywhere", key=CLERK)
        (event,) = audit.events(session, wanted, limit=10)
    assert (event.person, event.after) == (CLERK, {"sign_ins_ended": 2})


def test_a_page_can_ask_how_long_is_left_and_put_the_end_off(signed_in, engine):
    client = signed_in(CLERK)
    age_sign_ins(engine, 29)

    before = client.get("/sign-in/session").json()["ends_in"]
    after = client.post("/sign-in/session").json()["ends_in"]

    assert before <= 60
    assert after > 1790


def test_a_form_larger_than_ours_is_not_read(client):
    answer = client.post("/sign-in", content=b"username=" + b"x" * 10_000)

    assert answer.status_code == 413


def test_a_form_with_more_fields_than_ours_is_not_read(client):
    fields = "&".join(f"f{number}=1" for number in range(30))

    assert client.post("/sign-in", content=fields.encode()).status_code == 413
