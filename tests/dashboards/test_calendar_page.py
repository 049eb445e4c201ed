"""The calendar's page: narrowed by month and by whose it is, and taken away as a file."""

import json
from datetime import UTC, datetime

from sqlalchemy import Engine

from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AUDITOR
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import transaction

AT = datetime(2003, 6, 1, 9, tzinfo=UTC)


def tell(engine: Engine) -> None:
    what = EVENTS["action"]
    for place, (due, owner) in enumerate((("2003-08-01", "Fostering"), ("2003-09-01", "Health"))):
        asked = {"reference": f"a{place}", "title": f"Do {place}", "owner": owner, "due": due}
        said = {**asked, "day": "2003-05-02", "contract": "C-0001"}
        with transaction(engine) as session:
            read = what.asks.model_validate_json(json.dumps(said))
            what.act(session, read, "x.admin", AT)


def test_the_calendar_shows_what_is_due_and_leads_to_where_it_is_done(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    tell(engine)

    page = look(AUDITOR, "calendar", year="2003-04", to="3")

    assert '<a href="/monitoring" target="_self">C-0001: Do 0</a>' in seen(page)
    assert "Download for a calendar (.ics)" in [
        one.proto.label for one in page.get("download_button")
    ]


def test_it_is_narrowed_to_a_month_and_to_an_owner_by_its_address(
    look: Open, engine: Engine, filled: list[str]
) -> None:
    tell(engine)

    by_month = look(AUDITOR, "calendar", year="2003-04", to="3", month="2003-08")
    by_owner = look(AUDITOR, "calendar", year="2003-04", to="3", owner="Health")

    assert ("Do 0" in seen(by_month), "Do 1" in seen(by_month)) == (True, False)
    assert ("Do 0" in seen(by_owner), "Do 1" in seen(by_owner)) == (False, True)


def test_a_time_with_nothing_due_says_so(look: Open, filled: list[str]) -> None:
    page = look(AUDITOR, "calendar", year="2003-04", to="3")

    assert "Nothing is due in this time." in seen(page)
