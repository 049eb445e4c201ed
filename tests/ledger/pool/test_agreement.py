"""An agreement as at a day, and what the regulations ask it to state."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.funds import FundKind, LegalBasis
from ledger.money import Money
from ledger.pool.agreement import (
    AccountingRole,
    Agreement,
    Appointment,
    Body,
    Limit,
    Party,
    PartyRole,
    RolePlaced,
    Termination,
    Terms,
    Variation,
    months_after,
    problems_in,
)
from ledger.pool.completeness import contents_of, gaps_in
from ledger.pool.vat import Delivery, VatRegime, problems_in_line, vat_of_line

START = date(2003, 4, 1)
COUNCIL = Party(partner="council", body=Body.LOCAL_AUTHORITY)
PCT = Party(partner="pct", body=Body.PRIMARY_CARE_TRUST)
WHOLE = Terms(
    aims="Better mental health of children",
    contributions="As in schedule 2",
    contributions_varied="By agreement in writing before 31 December",
    functions="Section 3 of the 1977 Act; Part III of the Children Act 1989",
    services="Children under 18 of the county: community teams, placements",
    resources="Clinic rooms; two seconded psychologists",
    duration="Three years",
    review="Each January",
    variation="In writing, signed by both",
    termination="Twelve months' notice",
    management="By the pool manager, under the scheme of delegation",
    monitoring="Quarterly reports and an annual return to both partners",
)
SIGNED = Agreement(
    reference="camhs",
    fund="camhs-pool",
    kind=FundKind.POOLED,
    basis=LegalBasis.HEALTH_ACT_1999_S31,
    title="Mental health pooled fund",
    parties=(COUNCIL, PCT),
    starts=START,
    signed=date(2003, 3, 20),
    ends=date(2006, 3, 31),
    notice_months=12,
    terms=WHOLE,
    hosts=(Appointment(starts=START, holder="pct", reason="As signed"),),
    managers=(Appointment(starts=START, holder="Ada Keeper", reason="As signed"),),
)
BOTH = {"council", "pct"}
LETTERS = {
    "aims": "a",
    "contributions": "b",
    "contributions_varied": "b",
    "functions": "c",
    "services": "d",
    "resources": "e",
    "duration": "f",
    "review": "f",
    "variation": "f",
    "termination": "f",
    "management": "g",
    "monitoring": "g",
}


def codes(agreement: Agreement) -> list[str]:
    return [problem.code for problem in problems_in(agreement)]


def test_an_agreement_that_states_the_seven_contents_has_no_gap():
    assert problems_in(SIGNED) == []
    assert gaps_in(SIGNED, BOTH) == []
    assert [one.letter for one in contents_of(SIGNED, BOTH)] == list("abcdefg")


@pytest.mark.parametrize("name", LETTERS)
def test_each_content_left_out_is_a_gap_that_cites_its_paragraph(name: str):
    (gap,) = gaps_in(replace(SIGNED, terms=replace(WHOLE, **{name: " "})), BOTH)

    assert gap.regulation == f"SI 2000/617, regulation 7(3)({LETTERS[name]})"
    assert gap.regulation in gap.message


def test_a_partner_with_no_contribution_a_fund_with_no_host_or_manager_are_gaps():
    gaps = gaps_in(replace(SIGNED, hosts=(), managers=()), {"pct"})

    assert [(gap.content, gap.message.split(" (")[0]) for gap in gaps] == [
        ("b", "No contribution of council is in the schedule"),
        ("g", "No partner is host"),
        ("g", "No pool manager is appointed"),
    ]


def test_an_nhs_trust_needs_the_consent_of_its_health_authority():
    trust = Party(partner="trust", body=Body.NHS_TRUST, role=PartyRole.PROVIDER)
    without = replace(SIGNED, parties=(COUNCIL, trust), hosts=())
    with_it = replace(trust, consents=("Weald Health Authority",))

    assert "SI 2000/617, regulation 7(2)" in {gap.regulation for gap in gaps_in(without, BOTH)}
    consented = replace(without, parties=(COUNCIL, with_it))
    assert "consent" not in {gap.content for gap in gaps_in(consented, BOTH)}


def test_delegated_functions_are_held_to_regulation_9_or_8_by_who_exercises_them():
    lead = replace(SIGNED, kind=FundKind.LEAD_COMMISSIONED, terms=replace(WHOLE, contributions=""))
    council = replace(lead, hosts=(Appointment(starts=START, holder="council", reason="x"),))

    (gap,) = gaps_in(council, BOTH)
    assert gap.message == (
        "The agreement does not state the payments of each partner "
        "(SI 2000/617, regulation 9(3)(b))."
    )
    assert gaps_in(lead, BOTH)[0].regulation == "SI 2000/617, regulation 8(3)(b)"


def test_an_aligned_budget_is_held_to_good_practice_and_no_regulation():
    aligned = replace(SIGNED, kind=FundKind.ALIGNED, terms=Terms())

    assert {gap.regulation for gap in gaps_in(aligned, BOTH)} == {""}
    assert len(gaps_in(aligned, BOTH)) == 12


def test_the_agreement_as_at_a_day_is_what_was_agreed_by_then():
    later = Variation(
        starts=date(2004, 4, 1),
        reference="v1",
        reason="A third partner",
        parties=(COUNCIL, PCT, Party(partner="yot", body=Body.OTHER)),
        terms=(("duration", "Five years"),),
        ends=date(2008, 3, 31),
    )
    moved = Appointment(starts=date(2004, 10, 1), holder="council", reason="Direction")
    ended = Termination(
        notice_day=date(2005, 1, 4),
        ends=date(2006, 1, 4),
        by_partner="council",
        reason="A disputed balance",
        reference="t1",
    )
    whole = replace(SIGNED, variations=(later,), hosts=(*SIGNED.hosts, moved), termination=ended)

    before, after, last = (
        whole.as_at(day) for day in (date(2004, 3, 31), date(2004, 10, 1), date(2005, 1, 4))
    )

    assert (len(before.parties), before.host, before.terms.duration) == (2, "pct", "Three years")
    assert (len(after.parties), after.host, after.terms.duration) == (3, "council", "Five years")
    assert (before.ends, after.ends, last.ends) == (
        date(2006, 3, 31),
        date(2008, 3, 31),
        date(2006, 1, 4),
    )
    assert after.terms.aims == WHOLE.aims
    assert codes(whole) == []


@given(
    days=st.lists(st.integers(0, 1500), max_size=6),
    asked=st.integers(0, 2000),
)
def test_of_what_was_dated_the_last_to_have_started_holds(days: list[int], asked: int):
    appointed = tuple(
        Appointment(starts=START + timedelta(days=n), holder=f"h{place}", reason="x")
        for place, n in enumerate(days)
    )
    now = replace(SIGNED, hosts=appointed).as_at(START + timedelta(days=asked))

    begun = [(n, place) for place, n in enumerate(days) if n <= asked]
    assert now.host == (f"h{max(begun)[1]}" if begun else "")
    assert now.as_at(START + timedelta(days=asked)) == now


def test_what_cannot_be_is_said_all_at_once():
    wrong = replace(
        SIGNED,
        parties=(COUNCIL, COUNCIL),
        ends=date(2003, 3, 31),
        limits=(Limit(who="Manager", decision="Placements", amount=Money(0)),),
        roles=(RolePlaced(starts=START, role=AccountingRole.AGENT, partner="nobody"),),
        variations=(Variation(starts=date(2002, 4, 1), reference="v", reason="x"),),
    )

    assert codes(wrong) == [
        "agreement_needs_two_parties",
        "party_repeated",
        "agreement_ends_before_it_starts",
        "host_is_no_party",
        "accounting_role_of_no_party",
        "delegated_limit_not_above_nil",
        "variation_before_agreement",
    ]


def test_notice_is_as_long_as_the_agreement_asks():
    short = Termination(
        notice_day=date(2004, 2, 29),
        ends=date(2005, 2, 27),
        by_partner="pct",
        reason="x",
        reference="t",
    )

    assert codes(replace(SIGNED, termination=short)) == ["notice_too_short"]
    assert codes(replace(SIGNED, termination=replace(short, ends=date(2005, 2, 28)))) == []


def test_a_month_later_is_the_same_day_or_the_months_last():
    assert months_after(date(2004, 1, 31), 1) == date(2004, 2, 29)
    assert months_after(date(2003, 11, 30), 3) == date(2004, 2, 29)
    assert months_after(date(2006, 3, 31), -12) == date(2005, 3, 31)
    assert months_after(date(2006, 1, 15), -1) == date(2005, 12, 15)


def test_a_partners_own_accounting_role_comes_before_the_funds():
    placed = replace(
        SIGNED,
        roles=(
            RolePlaced(starts=START, role=AccountingRole.JOINT),
            RolePlaced(starts=START, role=AccountingRole.AGENT, partner="pct"),
        ),
    )

    assert placed.role_of("council") is AccountingRole.JOINT
    assert placed.role_of("pct") is AccountingRole.AGENT
    assert AccountingRole.AGENT.heading.startswith("Agency statement")
    assert SIGNED.role_of("pct") is None


@pytest.mark.parametrize(
    ("regime", "contracted_out", "recovered"),
    [
        (VatRegime.LOCAL_AUTHORITY, False, "175.00"),
        (VatRegime.NHS, False, "0.00"),
        (VatRegime.NHS, True, "175.00"),
        (VatRegime.NONE, True, "0.00"),
    ],
)
def test_vat_follows_who_delivers(regime: VatRegime, contracted_out: bool, recovered: str):
    """£1,000 net with VAT at 17.5%."""
    delivery = Delivery(
        starts=START,
        service="therapy",
        partner="pct",
        regime=regime,
        contracted_out=contracted_out,
    )

    line = vat_of_line(Money.parse("1000"), Money.parse("175"), delivery)

    assert line.recovered.plain == recovered
    assert line.gross == Money.parse("1175")
    assert line.cost + line.recovered == line.gross


def test_gross_less_vat_is_net_or_the_line_is_not_read():
    assert problems_in_line(Money(100000), Money(17500), Money(117500)) == []
    (problem,) = problems_in_line(Money(100000), Money(17500), Money(117501))
    assert problem.code == "gross_less_vat_is_not_net"
