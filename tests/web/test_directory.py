"""The services directory outside the sign-in: public pages, and the feed in Open Referral UK."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.providing.told import COMPANY, ENTRY, OAKFIELD, but
from tests.support.trusts import CLERK
from tests.web.conftest import BOARD
from trust_commissioning import clock
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction

Tell = Callable[..., None]


@pytest.fixture
def tell(engine: Engine) -> Tell:
    def do(event: str, **asked: Any) -> None:
        what = EVENTS[event]
        said = what.read(json.dumps(asked).encode(), name="test")
        with transaction(engine) as session:
            what.act(session, said, CLERK, clock.now())

    return do


@pytest.fixture
def listed(tell: Tell) -> None:
    tell("provider", **OAKFIELD)
    tell("provider-identifier", **COMPANY)
    tell("directory-entry", **but(ENTRY, review_day="2999-01-01", website="https://talk.example/"))
    tell(
        "directory-entry",
        **but(
            ENTRY,
            code="play-time",
            title="Play Time <b>sessions</b>",
            description="Play for little ones.",
            minimum_age=None,
            maximum_age=4,
            costs=[{"option": "A session", "amount": "2.50"}],
            service="fostering",
        ),
    )
    tell("directory-entry", **but(ENTRY, code="hidden", title="Hidden", published=False))
    tell("directory-entry", **but(ENTRY, code="gone", title="Gone", status="defunct"))


def test_anybody_may_look_a_service_up_without_signing_in(client: TestClient, listed: None) -> None:
    page = client.get("/directory").text

    assert "2 services found" in page
    assert "Talk Time counselling" in page
    assert "Play Time &lt;b&gt;sessions&lt;/b&gt;" in page
    assert "Hidden" not in page
    assert "Gone" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=counsellor", ["Talk Time"]),
        ("age=4", ["Play Time"]),
        ("age=12&place=larkford", ["Talk Time"]),
        ("search=oakfield", ["Talk Time", "Play Time"]),
        ("search=swimming", []),
        ("age=abc&page=99", ["Talk Time", "Play Time"]),
    ],
)
def test_a_search_narrows_the_list(
    client: TestClient, listed: None, query: str, found: list[str]
) -> None:
    page = client.get(f"/directory?{query}").text

    assert [one for one in ("Talk Time", "Play Time") if f">{one}" in page] == found
    assert ("No service was found" in page) is (not found)


@pytest.mark.parametrize(("typed", "shown"), [("six", "six"), ("26", "26"), ("<b>", "&lt;b&gt;")])
def test_an_age_that_is_none_is_said_to_be_left_out(
    client: TestClient, listed: None, typed: str, shown: str
) -> None:
    page = client.get("/directory", params={"age": typed}).text

    assert f"“{shown}” is not an age from 0 to 25, so services for every age are shown." in page
    assert "2 services found" in page
    assert "is not an age" not in client.get("/directory?age=12").text


def test_one_service_says_all_a_family_needs(client: TestClient, listed: None) -> None:
    page = client.get("/directory/talk-time").text

    for said in (
        "Ages 11 to 18",
        "Young people who live in Wealdshire.",
        "By a school, a doctor, or yourself.",
        "Sessions: Free",
        "The Old Library",
        "A ramp at the side door",
        "01632 960 001",
        "Oakfield Fostering",
        "Kept up to date by Commissioning office",
    ):
        assert said in page
    assert "may be out of date" not in page


def test_an_entry_past_its_review_is_flagged_to_those_who_read_it(
    client: TestClient, listed: None
) -> None:
    assert "May be out of date" in client.get("/directory").text
    assert "was to be checked by 31 May 2004" in client.get("/directory/play-time").text


@pytest.mark.parametrize("code", ["hidden", "gone", "none", "%3Cb%3E"])
def test_what_is_not_public_is_not_there(client: TestClient, listed: None, code: str) -> None:
    answer = client.get(f"/directory/{code}")

    assert answer.status_code == 404
    assert "not in the directory" in answer.text


def test_an_empty_directory_says_so(client: TestClient) -> None:
    assert "0 services found" in client.get("/directory").text
    assert client.get("/directory/api/services").json()["empty"] is True


def test_the_rest_of_the_trust_stays_behind_the_sign_in(client: TestClient) -> None:
    for path in ("/directoryx", "/api/v1/funds", "/"):
        assert client.get(path, follow_redirects=False).status_code in (303, 401)


def test_the_feed_says_which_standard_it_follows(client: TestClient) -> None:
    for path in ("/directory/api", "/directory/api/"):
        answer = client.get(path)
        assert answer.json()["version"] == "3.0"
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_list_has_the_standards_header_and_pages(client: TestClient, listed: None) -> None:
    first = client.get("/directory/api/services?per_page=1").json()
    second = client.get("/directory/api/services?per_page=1&page=2").json()

    assert {key: first[key] for key in first if key != "contents"} == {
        "total_items": 2,
        "total_pages": 2,
        "page_number": 1,
        "size": 1,
        "first_page": True,
        "last_page": False,
        "empty": False,
    }
    assert (second["first_page"], second["last_page"]) == (False, True)
    assert client.get("/directory/api/services?page=3").json()["empty"] is True


def found(client: TestClient, query: str) -> list[str]:
    answer = client.get(f"/directory/api/services?{query}")
    return [one["name"] for one in answer.json()["contents"]]


def test_the_feeds_parameters_narrow_it(client: TestClient, listed: None) -> None:
    terms = {
        one["name"]: one for one in client.get("/directory/api/taxonomy_terms").json()["contents"]
    }
    safe, achieve = terms["Stay safe"]["id"], terms["Enjoy and achieve"]["id"]

    assert found(client, "search=counsellor") == ["Talk Time counselling"]
    assert found(client, "minimum_age=11&maximum_age=18") == ["Talk Time counselling"]
    assert found(client, f"taxonomy_term_id={safe}") == ["Play Time <b>sessions</b>"]
    assert found(client, f"taxonomy_term_id={achieve}") == []
    assert len(found(client, f"taxonomy_id={terms['Stay safe']['taxonomy_id']}")) == 2
    assert len(found(client, "postcode=WX1%202AB")) == 2
    assert found(client, "postcode=ZZ9") == []


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=x",
        "per_page=1000",
        "minimum_age=-1",
        "taxonomy_term_id=safe",
        "day=someday",
        "start_time=25:00",
        "end_time=noon",
    ],
)
def test_a_parameter_that_cannot_be_read_is_refused_by_name(client: TestClient, query: str) -> None:
    answer = client.get(f"/directory/api/services?{query}")

    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["code"] == "field_unreadable"


OPEN = [
    {"day": "monday", "opens": "16:00", "closes": "19:00"},
    {"day": "FR", "opens": "16:00", "closes": "19:00"},
    {"day": "SA", "opens": "10:00", "closes": "12:00"},
]


@pytest.mark.parametrize(
    ("query", "those"),
    [
        ("day=MO", ["Club"]),
        ("day=friday&start_time=16:00", ["Club"]),
        ("day=SU", []),
        ("start_time=16:01", []),
        ("end_time=12:00:00", ["Club"]),
        ("day=SA&start_time=16:00", []),
    ],
)
def test_a_day_and_a_time_leave_out_what_is_not_open_then_or_has_said_no_hours(
    client: TestClient, listed: None, tell: Tell, query: str, those: list[str]
) -> None:
    tell("directory-entry", **but(ENTRY, code="club", title="Club", times=OPEN))

    assert found(client, query) == those
    told = client.get(f"/directory/api/service_at_locations?{query}").json()
    assert [one["service"]["name"] for one in told["contents"]] == those


def test_hours_are_told_as_weekly_schedules_and_in_words(
    client: TestClient, listed: None, tell: Tell, shared_dir: Path
) -> None:
    tell(
        "directory-entry",
        **but(ENTRY, code="club", title="Club", times=OPEN, opening="In term time."),
    )
    id = client.get("/directory/api/services?day=MO").json()["contents"][0]["id"]

    told = client.get(f"/directory/api/services/{id}").json()

    schema = shared_dir / "schemas/hsds-uk-3.0/schema/compiled/service.json"
    Draft202012Validator(json.loads(schema.read_text("utf-8"))).validate(told)
    assert [
        {key: one[key] for key in one if key not in ("id", "service_id")}
        for one in told["schedules"]
    ] == [
        {
            "freq": "WEEKLY",
            "byday": "MO,FR",
            "opens_at": "16:00",
            "closes_at": "19:00",
            "description": "In term time.",
        },
        {"freq": "WEEKLY", "byday": "SA", "opens_at": "10:00", "closes_at": "12:00"},
    ]
    assert len({one["id"] for one in told["schedules"]}) == 2
    assert (
        "In term time. Monday, Friday 16:00 to 19:00; Saturday 10:00 to 12:00"
        in client.get("/directory/club").text
    )


@pytest.mark.parametrize(
    ("path", "query", "name"),
    [
        ("services", "proximity=500", "proximity"),
        ("service_at_locations", "postcode=WX1&proximity=500", "proximity"),
        ("services", "modified_after=2004-01-01", "modified_after"),
        ("taxonomies", "search=safe", "search"),
        ("taxonomy_terms", "minimum_age=3", "minimum_age"),
    ],
)
def test_a_parameter_the_feed_does_not_hold_is_refused_and_never_passed_over(
    client: TestClient, listed: None, path: str, query: str, name: str
) -> None:
    answer = client.get(f"/directory/api/{path}?{query}")

    assert answer.status_code == 422
    assert [(one["code"], one["pointer"]) for one in answer.json()["errors"]] == [
        ("field_unknown", f"/{name}")
    ]


def test_a_taxonomy_is_named_by_a_uuid_however_it_is_written(
    client: TestClient, listed: None
) -> None:
    (taxonomy,) = client.get("/directory/api/taxonomies").json()["contents"]
    asked = "/directory/api/taxonomy_terms?taxonomy_id="

    assert client.get(asked + taxonomy["id"].upper()).json()["total_items"] == 5
    assert client.get(asked + "outcomes").status_code == 422


def nothing_empty(value: object) -> bool:
    if isinstance(value, dict):
        return all(one not in (None, "", [], {}) and nothing_empty(one) for one in value.values())
    if isinstance(value, list):
        return all(map(nothing_empty, value))
    return True


def test_a_service_is_told_whole_with_nothing_empty_and_the_same_names_always(
    client: TestClient, listed: None, tell: Tell
) -> None:
    id = client.get("/directory/api/services?search=counsellor").json()["contents"][0]["id"]

    told = client.get(f"/directory/api/services/{id}").json()

    assert nothing_empty(told)
    assert (told["minimum_age"], told["maximum_age"], told["status"]) == (11, 18, "active")
    assert told["eligibility_description"] == "Young people who live in Wealdshire."
    assert told["application_process"] == "By a school, a doctor, or yourself."
    assert told["cost_options"][0]["amount"] == 0
    assert told["organization"]["organization_identifiers"][0]["identifier"] == "01234567"
    assert [one["taxonomy_term"]["name"] for one in told["attributes"]] == ["Be healthy"]
    tell(
        "directory-entry",
        **but(ENTRY, review_day="2999-01-01", website="https://talk.example/", title="Talk Now"),
    )
    assert client.get(f"/directory/api/services/{id}").json()["name"] == "Talk Now"


def test_pence_are_told_as_pounds(client: TestClient, listed: None) -> None:
    id = client.get("/directory/api/services?search=play").json()["contents"][0]["id"]

    assert client.get(f"/directory/api/services/{id}").json()["cost_options"][0]["amount"] == 2.5


SCHEMAS = {
    "services": ("service", "service_list"),
    "service_at_locations": ("service_at_location", "service_at_location_list"),
    "taxonomies": ("../taxonomy", "../taxonomy"),
    "taxonomy_terms": ("../taxonomy_term", "../taxonomy_term"),
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_answer_is_valid_under_the_standards_own_schema(
    client: TestClient, listed: None, shared_dir: Path, name: str
) -> None:
    folder = shared_dir / "schemas/hsds-uk-3.0/schema/compiled"
    whole, one_of_list = (
        Draft202012Validator(json.loads((folder / f"{one}.json").read_text("utf-8")))
        for one in SCHEMAS[name]
    )

    told = client.get(f"/directory/api/{name}").json()

    assert told["contents"]
    for one in told["contents"]:
        one_of_list.validate(one)
        whole.validate(client.get(f"/directory/api/{name}/{one['id']}").json())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["", "/services", "/services/x"])
def test_the_feed_is_only_read(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, f"/directory/api{path}")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/nothing", "/services/0", "/taxonomies/x"])
def test_what_is_not_there_is_said_for_every_site_to_read(client: TestClient, path: str) -> None:
    answer = client.get(f"/directory/api{path}", headers={"Origin": "https://elsewhere.example"})

    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["errors"][0]["code"] == "not_found"


def test_a_browser_that_asks_beforehand_is_told_it_may_read(client: TestClient) -> None:
    answer = client.options("/directory/api/services", headers={"Origin": "https://else.example"})

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_the_pages_are_the_same_for_somebody_signed_in(
    signed_in: Callable[[str], TestClient], listed: None
) -> None:
    assert "Talk Time counselling" in signed_in(BOARD).get("/directory").text
