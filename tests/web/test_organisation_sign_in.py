"""Coming in through an organisation's own sign-in, against a real provider on this machine."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient

from ledger.problems import Refused
from tests.support.oidc import CLIENT, SECRET, OidcProvider, oidc_provider
from tests.support.trusts import AUDITOR, CLERK
from tests.web.conftest import ADMIN, form_token, sign_in
from trust_commissioning import clock, organisation, people, settings
from trust_commissioning.server.composition import Web
from trust_commissioning.server.preflight import agreed_sign_in
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import (
    AuditEventRow,
    OrganisationPersonRow,
    OrganisationSignInRow,
    PersonRow,
)

FILE = """
name: Wealdshire County Council
issuer: {issuer}
client_id: the-trust
our_address: http://testserver
username_domain: wealdshire.gov.uk
groups:
  - {{group: trust-approvers, role: approver}}
  - {{group: trust-finance, role: finance_officer}}
  - {{group: pct-finance, role: finance_officer, partner: pct}}
"""
HANA = {
    "sub": "0a1",
    "preferred_username": "H.Clerk@wealdshire.gov.uk",
    "name": "Hana Clerk",
    "email": "h.clerk@wealdshire.gov.uk",
    "groups": ["everybody", "trust-finance"],
}
Made = Callable[..., TestClient]


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as made:
        made.person = dict(HANA)
        yield made


@pytest.fixture
def with_organisation(trust, engine, provider, tmp_path) -> Iterator[Made]:
    opened = []

    def make(more: str = "") -> TestClient:
        file = tmp_path / "sign-in.yaml"
        file.write_text(FILE.format(issuer=provider.issuer) + more, encoding="utf-8")
        agreed = organisation.read(file, SECRET)
        app = Web(trust, engine, trust="Wealdshire", organisation=agreed).without_dashboards()
        client = TestClient(app, raise_server_exceptions=False)
        client.__enter__()
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.__exit__(None, None, None)


@pytest.fixture
def client(with_organisation: Made) -> TestClient:
    return with_organisation()


def there(client: Any, wanted: str = "/") -> Any:
    """Set out; the address at the provider."""
    answer = client.get("/sign-in/organisation", params={"next": wanted}, follow_redirects=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def at_the_provider(address: str) -> str:
    """Sign in there; the address it sends the browser back to."""
    return str(httpx.get(address).headers["location"])


def arrive(client: Any, wanted: str = "/") -> Any:
    return client.get(at_the_provider(there(client, wanted)), follow_redirects=False)


def who(client: Any) -> Any:
    return client.get("/what-is-behind").json().get("x-trust-user", "")


def is_out(client: Any) -> bool:
    return bool(client.get("/sign-in/session").status_code == 401)


def events(engine: Any, *actions: str) -> list[Any]:
    with reading(engine) as session:
        found = session.execute(select(AuditEventRow).order_by(col(AuditEventRow.id))).scalars()
        return [one.model_dump() for one in found if one.action in actions]


def test_a_person_the_organisation_vouches_for_is_where_they_wanted_to_go(client):
    answer = arrive(client, "/journals?fund=camhs")

    assert (answer.status_code, answer.headers["location"]) == (303, "/journals?fund=camhs")
    assert who(client) == CLERK


def test_the_sign_in_is_the_same_as_by_a_password_and_ends_in_the_same_ways(client, engine):
    arrive(client)
    with transaction(engine) as session:
        people.disable(session, CLERK, by=ADMIN, at=clock.now())

    assert is_out(client)


def test_the_page_offers_the_organisation_by_name_beside_the_form_and_says_who_may_come(client):
    page = client.get("/sign-in", params={"next": "/journals"}).text

    assert "Sign in with Wealdshire County Council" in page
    assert 'href="/sign-in/organisation?next=%2Fjournals"' in page
    assert "You need an account here under the same user name" in page
    assert '<label for="password">Password</label>' in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"sub": None},
    ],
    ids=lambda wrong: "-".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_a_token_that_does_not_hold_signs_nobody_in(client, provider, wrong):
    provider.wrong = wrong

    answer = arrive(client)

    assert answer.status_code == 403
    assert "does not prove who you are" in answer.text
    assert is_out(client)


@pytest.mark.parametrize(
    "key",
    [
        RSAKey.generate_key(2048, {"kid": "first"}),
        RSAKey.generate_key(2048, {"kid": "second"}),
        OctKey.import_key(SECRET * 2, {"kid": "first"}),
    ],
    ids=["another's key under the same name", "an unknown key", "the shared secret"],
)
def test_a_token_signed_by_anything_but_the_providers_own_key_signs_nobody_in(
    client, provider, key
):
    provider.signs_with = key

    assert arrive(client).status_code == 403
    assert is_out(client)


def test_a_provider_that_changes_its_key_is_believed_by_the_new_one(client, provider):
    arrive(client)
    client.cookies.clear()
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})

    assert arrive(client).status_code == 303


def test_a_way_back_is_good_once(client, engine):
    back = at_the_provider(there(client))
    carried = dict(client.cookies)
    client.get(back, follow_redirects=False)
    client.cookies.clear()
    client.cookies.update(carried)

    answer = client.get(back, follow_redirects=False)

    assert answer.status_code == 403
    assert "used already" in answer.text
    assert is_out(client)


def test_a_way_back_is_good_only_in_the_browser_that_set_out(client):
    back = at_the_provider(there(client))
    client.cookies.clear()

    answer = client.get(back, follow_redirects=False)

    assert answer.status_code == 403
    assert "not begun in this browser" in answer.text


def test_a_way_back_after_ten_minutes_is_refused(client, monkeypatch):
    back = at_the_provider(there(client))
    later = clock.now() + timedelta(seconds=601)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert client.get(back, follow_redirects=False).status_code == 403


def test_a_code_stolen_from_another_browser_is_worth_nothing_without_its_verifier(client, provider):
    stolen = at_the_provider(there(client)).split("code=")[1]
    client.cookies.clear()
    own = at_the_provider(there(client))

    answer = client.get(own.split("code=")[0] + f"code={stolen}", follow_redirects=False)

    assert answer.status_code == 403
    assert is_out(client)


def test_a_new_group_gives_another_role_at_the_next_arrival_and_the_trail_says_by_whom(
    client, provider, engine
):
    arrive(client)
    provider.person["groups"] = ["trust-approvers"]

    arrive(client)

    with reading(engine) as session:
        assert session.get(PersonRow, CLERK).role == "approver"
    (event,) = events(engine, "person_changed")[-1:]
    assert event["person"] == "Wealdshire County Council (its sign-in)"
    assert (json.loads(event["before"])["role"], json.loads(event["after"])["role"]) == (
        "finance_officer",
        "approver",
    )


def test_the_first_group_of_the_file_decides_where_a_person_is_in_several(client, provider, engine):
    provider.person["groups"] = ["pct-finance", "trust-approvers"]

    arrive(client)

    with reading(engine) as session:
        assert session.get(PersonRow, CLERK).role == "approver"


def test_a_group_can_make_a_person_one_partners(client, provider, engine):
    provider.person["groups"] = ["pct-finance"]

    arrive(client)

    with reading(engine) as session:
        assert session.get(PersonRow, CLERK).partner == "pct"


def test_who_is_in_no_group_of_ours_is_told_to_ask_for_one(client, provider):
    provider.person["groups"] = ["everybody"]

    answer = arrive(client)

    assert answer.status_code == 403
    assert "names you in no group" in answer.text


def test_groups_that_are_only_in_the_userinfo_are_asked_for_there(client, provider, engine):
    del provider.person["groups"]
    provider.more = {"sub": HANA["sub"], "groups": ["trust-approvers"]}

    assert arrive(client).status_code == 303
    with reading(engine) as session:
        assert session.get(PersonRow, CLERK).role == "approver"


def test_userinfo_of_another_subject_signs_nobody_in(client, provider):
    del provider.person["groups"]
    provider.more = {"sub": "somebody else", "groups": ["trust-approvers"]}

    assert arrive(client).status_code == 403


def test_a_disabled_person_is_not_let_in_by_the_organisation_either(client, engine):
    with transaction(engine) as session:
        people.disable(session, CLERK, by=ADMIN, at=clock.now())

    answer = arrive(client)

    assert answer.status_code == 403
    assert "account is disabled" in answer.text


def test_somebody_the_trust_does_not_know_is_refused_where_that_is_agreed(client, provider, engine):
    provider.person |= {"sub": "9z9", "preferred_username": "n.new@wealdshire.gov.uk"}

    answer = arrive(client)

    assert answer.status_code == 403
    assert "knows you as “n.new”" in answer.text
    with reading(engine) as session:
        assert session.get(PersonRow, "n.new") is None


def test_somebody_unknown_is_given_an_account_where_that_is_agreed(
    with_organisation, provider, engine
):
    client = with_organisation("unknown_people: make\n")
    assert "gets an account the first time" in client.get("/sign-in").text.replace("\n", " ")
    provider.person |= {
        "sub": "9z9",
        "preferred_username": "n.new@wealdshire.gov.uk",
        "name": "Nia New",
    }

    assert arrive(client).status_code == 303

    assert who(client) == "n.new"
    with reading(engine) as session:
        row = session.get(PersonRow, "n.new")
        assert (row.name, row.role, row.password_hash) == ("Nia New", "finance_officer", "")


def test_another_domains_person_of_the_same_name_is_another_person(client, provider):
    provider.person |= {"sub": "9z9", "preferred_username": "h.clerk@elsewhere.example"}

    answer = arrive(client)

    assert answer.status_code == 403
    assert is_out(client)


@pytest.mark.parametrize(
    "named",
    [
        CLERK,  # a guest or a machine there, which is of no domain
        "h.cler\u212a@wealdshire.gov.uk",  # the sign for kelvin, whose small letter is a k
        "h.clerk@wealdshire.gov.uk@elsewhere.example",
    ],
)
def test_a_name_that_only_looks_like_one_of_our_domain_is_another_person(
    client, provider, named, engine
):
    provider.person |= {"sub": "9z9", "preferred_username": named}

    answer = arrive(client)

    assert answer.status_code == 403
    assert is_out(client)
    with reading(engine) as session:
        assert not session.execute(select(OrganisationPersonRow)).all()


def test_a_user_name_given_to_somebody_else_there_does_not_take_the_account_along(client, provider):
    arrive(client)
    client.cookies.clear()
    provider.person["sub"] = "another"

    answer = arrive(client)

    assert answer.status_code == 403
    assert "belongs to somebody else here" in answer.text


def test_a_person_renamed_there_keeps_their_account_here(client, provider):
    arrive(client)
    client.cookies.clear()
    provider.person["preferred_username"] = "h.newname@wealdshire.gov.uk"

    arrive(client)

    assert who(client) == CLERK


def test_signing_out_ends_the_sign_in_there_as_well(client, provider):
    arrive(client)
    csrf = client.get("/sign-in/session").json()["csrf"]

    answer = client.post("/sign-out", data={"csrf": csrf}, follow_redirects=False)
    way_out = answer.headers["x-way-out"]
    back = httpx.get(way_out)

    assert is_out(client)
    assert 'http-equiv="refresh"' in answer.text
    assert provider.signed_out == [CLIENT]
    assert back.headers["location"] == "http://testserver/sign-in?ended"


def test_signing_out_of_a_sign_in_by_password_stays_here(client, provider):
    sign_in(client, CLERK)
    csrf = client.get("/sign-in/session").json()["csrf"]

    answer = client.post("/sign-out", data={"csrf": csrf}, follow_redirects=False)

    assert answer.status_code == 303
    assert provider.signed_out == []


def test_a_person_who_says_no_there_is_not_signed_in_here(client, provider):
    provider.refuses = "access_denied"

    assert arrive(client).status_code == 403
    assert is_out(client)


def test_a_provider_that_does_not_answer_is_said_and_passwords_still_work(client, provider):
    provider.discovery = lambda: {"issuer": "https://elsewhere.example"}

    answer = client.get("/sign-in/organisation", follow_redirects=False)

    assert answer.status_code == 503
    assert "does not answer as it should" in answer.text
    assert sign_in(client, CLERK).status_code == 303


def test_after_twenty_failures_of_an_address_the_way_back_is_shut(client, provider):
    provider.wrong = {"nonce": "another"}
    for _ in range(20):
        arrive(client)
    provider.wrong = {}

    assert arrive(client).status_code == 429


def test_with_local_accounts_off_only_the_named_administrator_has_a_password(with_organisation):
    client = with_organisation(f"local_accounts: break_glass\nbreak_glass: [{ADMIN}]\n")

    assert 'name="password"' not in client.get("/sign-in").text
    form = form_token(client.get("/sign-in?local").text)
    said = {"password": "vadok benuz horap", "form_token": form}
    refused = client.post("/sign-in", data={"username": CLERK, **said}, follow_redirects=False)
    let_in = client.post("/sign-in", data={"username": ADMIN, **said}, follow_redirects=False)

    assert (refused.status_code, let_in.status_code) == (401, 303)


def test_the_account_for_emergencies_is_nobodys_to_take_over(with_organisation, provider):
    client = with_organisation(f"local_accounts: break_glass\nbreak_glass: [{ADMIN}]\n")
    provider.person |= {"sub": "9z9", "preferred_username": "x.admin@wealdshire.gov.uk"}

    assert arrive(client).status_code == 403


def test_nothing_of_what_the_provider_said_is_kept_but_the_persons_own_facts(client, engine):
    arrive(client)

    with reading(engine) as session:
        row = session.execute(select(OrganisationSignInRow)).scalar_one()
        assert set(row.model_dump()) == {"state_hash", "at", "sid"}
        assert "h.clerk@" not in str(row.model_dump())


def read(tmp_path: Path, text: str, secret: str = "") -> list[tuple[str, str]]:
    file = tmp_path / "sign-in.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        organisation.read(file, secret)
    return [(problem.code, problem.where) for problem in refused.value.problems]


def test_everything_wrong_with_the_file_is_said_at_once(tmp_path):
    text = "name: X\nissuer: http://elsewhere.example\nclient_id: a\ngroups: []\ncolour: red\n"

    assert read(tmp_path, text) == [
        ("field_unreadable", "issuer"),
        ("field_missing", "our_address"),
        ("field_unreadable", "groups"),
        ("field_unknown", "colour"),
    ]


def test_the_secret_never_stands_in_the_file_and_comes_from_its_own_or_the_environment(tmp_path):
    text = FILE.format(issuer="https://x.example")
    (tmp_path / "kept").write_text("from its file\n", encoding="utf-8")

    assert read(tmp_path, text + "secret: x\n") == [("sign_in_secret_written_down", "secret")]
    file = tmp_path / "sign-in.yaml"
    file.write_text(text + "secret_file: kept\n", encoding="utf-8")
    assert organisation.read(file).secret.get_secret_value() == "from its file"
    assert organisation.read(file, "given").secret.get_secret_value() == "given"
    assert "from its file" not in repr(organisation.read(file))


def test_a_trust_without_an_account_for_emergencies_is_not_served_with_passwords_off(
    trust, engine, tmp_path
):
    file = tmp_path / "sign-in.yaml"
    text = FILE.format(issuer="https://x.example") + "local_accounts: break_glass\n"
    assert read(tmp_path, text) == [("break_glass_missing", "break_glass")]
    file.write_text(text + f"break_glass: [{AUDITOR}]\n", encoding="utf-8")
    asked = settings.load({"TRUST_SIGN_IN_FILE": str(file)}, trust.data_dir)

    with pytest.raises(Refused) as refused:
        agreed_sign_in(asked, engine)
    file.write_text(text + f"break_glass: [{ADMIN}]\n", encoding="utf-8")

    assert refused.value.problems[0].code == "break_glass_unfit"
    assert agreed_sign_in(asked, engine).break_glass == (ADMIN,)
    assert agreed_sign_in(trust, engine) is None


def test_the_last_administrator_is_not_unmade_by_a_group(client, provider):
    provider.person |= {"sub": "1", "preferred_username": "x.admin@wealdshire.gov.uk"}

    answer = arrive(client)

    assert answer.status_code == 403
    assert "only administrator" in answer.text


def test_a_group_of_a_partner_there_is_not_stops_the_server_before_anybody_comes(
    trust, engine, tmp_path
):
    file = tmp_path / "sign-in.yaml"
    file.write_text(FILE.format(issuer="https://x.example").replace("partner: pct", "partner: ptc"))
    asked = settings.load({"TRUST_SIGN_IN_FILE": str(file)}, trust.data_dir)

    with pytest.raises(Refused) as refused:
        agreed_sign_in(asked, engine)

    assert [(one.code, one.where) for one in refused.value.problems] == [
        ("partner_unknown", "groups[2]")
    ]


def test_a_provider_that_did_not_answer_is_left_alone_for_a_moment(client, provider, monkeypatch):
    asked = []

    def answers() -> dict[str, str]:
        asked.append(1)
        return {}

    provider.discovery = answers
    for _ in range(3):
        assert client.get("/sign-in/organisation", follow_redirects=False).status_code == 503
    assert len(asked) == 1

    later = clock.now() + timedelta(seconds=16)
    monkeypatch.setattr(clock, "now", lambda: later)
    client.get("/sign-in/organisation", follow_redirects=False)

    assert len(asked) == 2
