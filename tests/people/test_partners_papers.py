"""What is done in one fund or given out of it tells the people of another partner nothing."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlmodel import Session

from ledger.journal import Journal
from ledger.problems import Refused
from tests.people.test_partners_walk import ASKED, OTHER, SIDES, asked_of, tried
from tests.support.trusts import AT, CLERK, YEAR, copy_of, journal, shared_by_a_module
from tests.support.two_pools import NORTH, SOUTH, WORDS, found_two_pools, person_of, tell
from trust_commissioning import issuing, posting, reports
from trust_commissioning.reports import Scope, action_of
from trust_commissioning.roles import Action, Role
from trust_commissioning.store import from_partner, papers, reading, transaction
from trust_commissioning.store.tables import METADATA, IssuedReportRow, table_of

ISSUABLE = [name for name in reports.REPORTS if action_of(name) is Action.READ_REPORTS]


engine = shared_by_a_module(found_two_pools)


# What is given out


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ISSUABLE)
def test_a_paper_issued_of_a_fund_says_nothing_of_another_or_is_not_issued(engine, name, side):
    """A fund's parties read what was issued of it, and who keeps the books sees all."""
    for scope in (Scope(side, YEAR, of="fund-position"), Scope(f"{side}-grant", YEAR)):
        paper = issuing.Paper(report=name, scope=scope, reference="walk")
        with reading(engine) as session:
            try:
                said = str(issuing.preview(session, paper, AT).report.as_json())
            except Refused as refused:
                said = str(refused)
        assert WORDS[OTHER[side]] not in said


def test_a_report_of_the_whole_trust_is_not_issued_as_a_paper_of_one_fund(engine):
    refused = set()
    for name in ISSUABLE:
        paper = issuing.Paper(report=name, scope=Scope(SOUTH, YEAR), reference="walk")
        with reading(engine) as session:
            try:
                issuing.preview(session, paper, AT)
            except Refused as said:
                refused |= {name} if "report_of_no_fund" in said.codes else set()

    assert refused == {"month-end", "year-end", "procurements", "provider-register"}


@pytest.mark.parametrize("name", ["month-end", "year-end", "procurements", "provider-register"])
def test_one_that_was_issued_so_before_is_not_shown_to_the_funds_parties(engine, name):
    """An earlier release kept it under South's fund, with North's bids under way in it."""
    number, turn = f"before {name}", 1_000_000 * (1 + ISSUABLE.index(name))
    table = table_of(IssuedReportRow)
    paper = issuing.Paper(report=name, scope=ASKED, reference=name)
    with transaction(engine) as session:
        given = issuing.issue(session, paper, by="x.admin", at=AT)
        kept = session.execute(select(table).where(table.c.number == given.number)).one()
        otherwise = {"number": number, "turn": turn, "reference": number, "fund": SOUTH}
        session.add(IssuedReportRow(**{**kept._mapping, **otherwise}))

    with reading(from_partner(engine, SOUTH)) as session:
        assert papers.issued_as(session, number) is None
        assert name not in {one.report for one in papers.issued(session, fund=SOUTH)}
    with reading(engine) as session:
        assert papers.issued_as(session, number) is not None


# What is of the whole trust, or another partner's own


_RULE = {
    "reference": "never",
    "day": "2003-04-01",
    "bands": [
        {"risk": risk, "at_least": "0.00", "months": 24} for risk in ("high", "medium", "low")
    ],
    "pattern_concerns": 99,
}
_STANDARD = {"code": "visits", "title": "Visits", "words": "Every child seen", "day": "2003-04-01"}
_MET = {"reference": "M-1", "day": "2003-04-02", "met": "not_yet", "evidence": "None was seen"}


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.POOL_MANAGER])
def test_a_partners_people_change_no_rule_by_which_every_partners_contracts_are_checked(
    engine, role
):
    with tried(engine, SOUTH) as session, pytest.raises(Refused) as refused:
        tell(session, "monitoring-rule", by=person_of(SOUTH, role), **_RULE)
    assert refused.value.codes == ("not_permitted",)

    with tried(engine, "council") as session:
        tell(session, "monitoring-rule", by=person_of("council", role), **_RULE)


def test_a_partners_people_speak_of_the_standards_agreed_with_it_and_of_no_other_partners(engine):
    """Every partner reads how far each meets its standards, so none says it of another."""
    south = person_of(SOUTH, Role.COMMISSIONER)
    with tried(engine, SOUTH) as session:
        tell(session, "practice-standard", by=south, reference="S", partner=SOUTH, **_STANDARD)
        tell(session, "standard-met", by=south, standard="S", **_MET)
    with tried(engine, SOUTH) as session, pytest.raises(Refused) as refused:
        tell(session, "practice-standard", by=south, reference="N", partner=NORTH, **_STANDARD)
    assert refused.value.codes == ("not_permitted",)

    with tried(engine, SOUTH) as session:
        tell(session, "practice-standard", reference="N", partner=NORTH, **_STANDARD)
        with pytest.raises(Refused) as refused:
            tell(session, "standard-met", by=south, standard="N", **_MET)
    assert refused.value.codes == ("not_permitted",)


# Counts and totals


def test_no_figure_and_no_row_moves_by_what_is_done_in_another_partners_funds(
    engine, request, tmp_path
):
    """A figure needs no word to tell of another: it is enough that it moves with the other's."""
    dialect = "postgres" if engine.dialect.name == "postgresql" else "sqlite"
    told = []
    for moved in (False, True):
        folder = tmp_path / str(moved)
        folder.mkdir()
        with copy_of(found_two_pools, request, dialect, folder) as trust:
            if moved:
                with transaction(trust) as session:
                    _move_the_north(session)
            told.append(_told_to_the_south(trust) | _papers_of_the_south(trust))
    before, after = told

    assert {what for what in before if before[what] != after[what]} == _OF_ALL
    assert set(before) == set(after)


_OF_ALL = {"financial_year", "chain_head"}
"""One chain of journals holds the whole trust's: how many there are stands in it."""
_ASKED = (
    ASKED,
    Scope(SOUTH, YEAR, of="fund-position"),
    Scope("south-grant", YEAR),
    Scope(None, YEAR, 13, "council"),
)


def _move_the_north(session: Session) -> None:
    """Everything a partner's people may do, and journals of the pool, its grant and one that waits."""
    for what, (role, event, said) in asked_of(NORTH).items():
        if what not in ("a dispute", "a word on a provider's concern"):  # what is done comes first
            tell(session, event, by=person_of(None, role), **said)
    for fund in (NORTH, "north-grant"):
        spent = _spent(fund, "123.45")
        posting.post(session, spent, by=CLERK, at=AT)
    posting.submit(session, _spent(NORTH, "3.45"), by=CLERK, at=AT)


def _spent(fund: str, amount: str) -> Journal:
    text = (
        f"Expenses:ThirdParty:FosterCare {amount} stay_safe service=fostering "
        f"/ Assets:HostCash -{amount}"
    )
    return journal(text, ref=f"{fund} {amount}", fund=fund)


def _told_to_the_south(engine: Engine) -> dict[str, Any]:
    """Every row and every report as South's people see it, without where the books' head is."""
    with reading(from_partner(engine, SOUTH)) as session:
        told: dict[str, Any] = {
            name: sorted(map(repr, session.execute(select(table)).all()))
            for name, table in METADATA.tables.items()
        }
        for name, scope in product(reports.REPORTS, _ASKED):
            try:
                made = reports.REPORTS[name](session, scope, AT).as_json()
            except Refused as refused:
                made = {"refused": str(refused)}
            told[f"{name} of {scope}"] = {**made, "books_head": ""}
    return told


def _papers_of_the_south(engine: Engine) -> dict[str, Any]:
    """What is issued of South's fund, of the first month and of the year."""
    told: dict[str, Any] = {}
    with reading(engine) as session:
        for name, to in product(ISSUABLE, (1, 13)):
            paper = issuing.Paper(report=name, scope=Scope(SOUTH, YEAR, to), reference="walk")
            try:
                made = issuing.preview(session, paper, AT).report.as_json()
            except Refused as refused:
                made = {"refused": str(refused)}
            told[f"{name} to {to}"] = {**made, "books_head": ""}
    return told
