"""The page of risk shares: who carries what, by which clause, and what if it were otherwise."""

from sqlalchemy import Engine
from sqlmodel import select

from tests.dashboards.conftest import Open, seen
from tests.support.risk_shares import share_a_risk
from tests.support.trusts import AUDITOR
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.tables import AuditEventRow, JournalRow, RiskShareRow

GENERAL = {"fund": "general", "year": "2003-04", "to": "3"}


def share(engine: Engine) -> None:
    with transaction(engine) as session:
        share_a_risk(session, "general")


def test_a_trust_with_no_agreement_is_told_that_there_is_none_and_who_records_one(
    look: Open,
) -> None:
    page = seen(look(AUDITOR, "risk_share"))

    assert "No agreement has been recorded yet" in page
    assert "An administrator records agreements" in page


def test_all_funds_show_those_that_share_a_risk(
    engine: Engine, filled: list[str], look: Open
) -> None:
    page = seen(look(AUDITOR, "risk_share", year="2003-04", to="3"))
    assert "No fund has a risk share yet." in page

    share(engine)

    page = seen(look(AUDITOR, "risk_share", year="2003-04", to="3"))
    assert "Each partner’s share by fund" in page


def test_a_fund_without_a_rule_says_so_and_offers_a_pattern(look: Open, filled: list[str]) -> None:
    page = seen(look(AUDITOR, "risk_share", **GENERAL))

    assert "no risk share is in force on 30 June 2003" in page
    assert "Choose a pattern to see what it would mean for this fund." in page


def test_the_page_shows_each_share_with_the_clause_in_words(
    engine: Engine, filled: list[str], look: Open
) -> None:
    share(engine)

    page = seen(look(AUDITOR, "risk_share", **GENERAL))

    assert "Clause 4.2 (The fund): What is over or under is shared by the agreed" in page
    assert "Wealdshire County Council" in page
    assert "Each share is rounded down to the penny" in page


def test_another_total_is_supposed_and_nothing_of_it_is_kept(
    engine: Engine, filled: list[str], look: Open
) -> None:
    share(engine)
    before = _counted(engine)

    page = seen(look(AUDITOR, "risk_share", **GENERAL, total="£122,100.00"))

    assert "Supposed" in page
    assert "£66.67" in page
    assert "£33.33" in page
    assert _counted(engine) == before


def test_another_rule_is_supposed_with_its_source(
    engine: Engine, filled: list[str], look: Open
) -> None:
    share(engine)

    page = seen(look(AUDITOR, "risk_share", **GENERAL, total="122100.00", rule="pro_rata_opening"))

    # Three to one, by what they put in.
    assert "£75.00" in page
    assert "£25.00" in page
    assert "Salford" in page


def test_an_amount_that_cannot_be_read_is_a_problem_and_not_a_guess(
    engine: Engine, filled: list[str], look: Open
) -> None:
    share(engine)

    page = seen(look(AUDITOR, "risk_share", **GENERAL, total="a lot"))

    assert "There is a problem" in page
    assert "“a lot”" in page


def _counted(engine: Engine) -> tuple[int, ...]:
    with reading(engine) as session:
        tables = (AuditEventRow, JournalRow, RiskShareRow)
        return tuple(len(session.exec(select(table)).all()) for table in tables)
