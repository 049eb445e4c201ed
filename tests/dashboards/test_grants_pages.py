"""The pages of grants: what could be lost, one grant, what may be recorded there."""

from datetime import date

from sqlalchemy import Engine

from ledger.grant.life import Step
from tests.dashboards.conftest import Open, seen
from tests.support.grants import MAP, happens, programme, take_on
from tests.support.trusts import AT, AUDITOR, CLERK, journal
from trust_commissioning import posting
from trust_commissioning.store import grants, reading, transaction

SPENT = "Expenses:ThirdParty:FosterCare 300.00 service=fostering/Assets:HostCash -300.00"
ASKED = {"year": "2003-04", "to": "9"}


def spent(engine: Engine) -> None:
    with transaction(engine) as session:
        posting.post(session, journal(SPENT, fund="special"), by=CLERK, at=AT)


def test_the_list_says_what_could_be_lost_by_when_and_leads_to_the_grant(
    engine: Engine, look: Open
) -> None:
    take_on(engine, programme(needs_plan=False))
    spent(engine)

    page = seen(look(AUDITOR, "grants", **ASKED))

    assert "£700.00" in page
    assert "31 March 2004" in page
    assert "3 months left" in page
    assert 'href="/grant?code=special&amp;year=2003-04&amp;to=9"' in page


def test_a_trust_without_grants_says_so(filled: list[str], look: Open) -> None:
    assert "No grant has been taken on yet" in seen(look(AUDITOR, "grants"))
    assert "No grant has been taken on yet" in seen(look(AUDITOR, "grant"))


def test_one_grant_shows_its_conditions_life_and_spend_with_their_journals(
    engine: Engine, look: Open
) -> None:
    take_on(engine)
    happens(engine, Step.PAID, date(2003, 4, 30), "400.00")
    spent(engine)

    page = seen(look(AUDITOR, "grant", code="special", **ASKED))

    assert "“For foster carers only.”" in page
    assert "Waits for its plan to be assessed" in page
    assert "account=Expenses%3AThirdParty%3AFosterCare&amp;service=fostering" in page


def test_who_may_not_keep_grants_is_offered_nothing_to_record(engine: Engine, look: Open) -> None:
    take_on(engine)
    spent(engine)

    assert not look(AUDITOR, "grant", code="special", **ASKED).expander
    assert look(CLERK, "grant", code="special", **ASKED).expander


def test_an_assessment_recorded_on_the_page_recognises_the_grant(
    engine: Engine, look: Open
) -> None:
    take_on(engine)
    spent(engine)
    page = look(CLERK, "grant", code="special", **ASKED)

    on = next(one for one in page.date_input if one.label == "On")
    on.set_value(date(2003, 4, 30))
    next(one for one in page.text_input if one.label.startswith("Mark")).set_value("fair")
    next(one for one in page.button if one.label == "Record it").click().run()

    assert "Plan assessed. Journal 2003-04/000002." in seen(page)
    with reading(engine) as session:
        life = grants.lives(session)["special/2003-04"]
    assert life.is_recognised
    assert life.books.income.plain == "1000.00"


def test_a_refusal_is_shown_with_everything_that_stops_it(engine: Engine, look: Open) -> None:
    take_on(engine)
    happens(engine, MAP, date(2003, 6, 10))
    spent(engine)
    page = look(CLERK, "grant", code="special", **ASKED)

    next(one for one in page.text_input if one.label == "Amount (£)").set_value("100")
    next(one for one in page.date_input if one.label == "Paid on").set_value(date(2003, 5, 1))
    next(one for one in page.button if one.label == "Record the instalment").click().run()

    assert "events are recorded in the order of their days" in seen(page)
