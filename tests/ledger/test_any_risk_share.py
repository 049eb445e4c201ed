"""Whatever the rule and the figures: every penny met once, no cap passed, signs turned."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.pool.risk_share import (
    Contributed,
    Line,
    Met,
    RiskShare,
    problems_in,
    shares,
)
from ledger.pool.risk_share.rule import (
    Act,
    Base,
    Bear,
    By,
    Cap,
    Clause,
    Cut,
    Draw,
    Keep,
    Lead,
    Lie,
    Limit,
    Lines,
    Offset,
    Part,
    Resource,
    Share,
    Step,
    Use,
)
from tests.ledger.test_risk_share import (
    BY_OPENING,
    PARTNERS,
    SERVICES,
    amounts,
    clause,
    rates,
    rule,
    sizes,
)

limits = st.one_of(
    sizes.map(lambda amount: Limit(amount=amount)),
    rates.map(lambda rate: Limit(percent=rate)),
    rates.map(lambda rate: Limit(percent=rate, of=Base.CONTRIBUTIONS)),
    rates.map(lambda rate: Limit(percent=rate, parts=("p0",))),
)


maybe_limits = st.none() | limits


@st.composite
def percents(draw) -> tuple[tuple[str, Fraction], ...]:
    marks = sorted(draw(st.lists(rates, min_size=2, max_size=2)))
    found = [later - earlier for earlier, later in pairwise([Fraction(0), *marks, Fraction(100)])]
    return tuple(zip(PARTNERS, found, strict=True))


@st.composite
def shared(draw, *, within_caps: bool = False) -> Share:
    by = draw(st.sampled_from(By))
    among = tuple(draw(st.lists(st.sampled_from(PARTNERS), unique=True)))
    if by is By.AGREED:
        return Share(by=by, percent=draw(percents()), within_caps=within_caps)
    return Share(by=by, among=among, within_caps=within_caps)


def last_steps(*, overspend: bool) -> st.SearchStrategy[Step]:
    anywhere = [
        shared(),
        st.sampled_from(PARTNERS).map(lambda one: Bear(partner=one)),
        st.just(Lie()),
        st.just(Act(words="A plan comes to the next meeting")),
    ]
    kept = st.sampled_from(Use).map(lambda use: Keep(use=use))
    return st.one_of(*anywhere) if overspend else st.one_of(*anywhere, kept)


@st.composite
def steps(draw, *, overspend: bool) -> tuple[Step, ...]:
    middle: list[st.SearchStrategy[Step]] = [last_steps(overspend=overspend)]
    if overspend:
        middle += [
            st.just(Offset(against=("p0", "p1"))),
            st.just(Draw(resource="risk-pool")),
            st.just(Cut(parts=("p0",))),
        ]
    made = [
        replace(one, up_to=draw(maybe_limits), if_agreed=draw(st.sampled_from(["", "it"])))
        for one in draw(st.lists(st.one_of(*middle), max_size=3))
    ]
    return (*made, draw(last_steps(overspend=overspend)))


@st.composite
def clauses(draw, *, overspend: bool) -> Clause:
    capped = draw(st.lists(st.sampled_from(PARTNERS), unique=True))
    caps = tuple(Cap(partner=one, limit=draw(limits)) for one in capped)
    beyond: tuple[Step, ...] = ()
    if caps:
        others = (draw(shared(within_caps=True)),) if draw(st.booleans()) else ()
        beyond = (*others, draw(last_steps(overspend=overspend)))
    return Clause(number="1", steps=draw(steps(overspend=overspend)), caps=caps, beyond=beyond)


@st.composite
def rules(draw) -> RiskShare:
    parts = tuple(
        Part(
            code=f"p{place}",
            title=f"Part {place}",
            lines=Lines() if place == 1 else Lines(services=("fostering", "therapy")),
            line_by_line=draw(st.booleans()),
            overspend=draw(clauses(overspend=True)),
            underspend=draw(clauses(overspend=False)),
        )
        for place in range(2)
    )
    return RiskShare(
        title="Any rule",
        clause="1",
        partners=PARTNERS,
        host="council",
        starts=date(2003, 4, 1),
        parts=parts,
        leads=(Lead(lines=Lines(services=("therapy",)), partner="pct"),),
        resources=(Resource(code="risk-pool", title="the risk pool", amount=draw(sizes)),),
    )


lines_of_a_fund = st.lists(
    st.builds(
        lambda service, budget, outturn, uncommitted: Line(
            account="Expenses:X",
            service=service,
            budget=budget,
            outturn=outturn,
            uncommitted=uncommitted,
        ),
        st.sampled_from(SERVICES),
        sizes,
        amounts,
        sizes,
    ),
    max_size=6,
)


contributions = st.tuples(*[st.tuples(amounts, amounts) for _ in PARTNERS]).map(
    lambda given: [
        Contributed(partner=one, opening=opening, revised=revised)
        for one, (opening, revised) in zip(PARTNERS, given, strict=True)
    ]
)


@given(rules(), lines_of_a_fund, contributions, st.booleans())
def test_whatever_the_rule_and_the_figures_every_penny_of_the_variance_is_met_once(
    made: RiskShare, lines: list[Line], given_in: list[Contributed], agreed: bool
) -> None:
    assert problems_in(made) == []

    found = shares(made, lines, given_in, agreed={"it"} if agreed else ())

    assert found.variance == Money.total(line.variance for line in lines)
    met = Money.total(piece.amount for piece in (*found.met_otherwise, *found.actions))
    assert Money.total(found.shares.values()) + met == found.variance
    for case in found.cases:
        assert Money.total(piece.amount for piece in case.pieces) == case.variance
        for piece in case.pieces:
            if piece.how is Met.PARTNERS:
                assert Money.total(amount for _, amount in piece.by_partner) == piece.amount


@given(rules(), lines_of_a_fund, contributions)
def test_what_is_drawn_from_a_resource_is_no_more_than_it_holds(
    made: RiskShare, lines: list[Line], given_in: list[Contributed]
) -> None:
    found = shares(made, lines, given_in)

    drawn = Money.total(p.amount for p in found.pieces if p.how is Met.RESOURCE)
    assert NIL <= drawn <= made.resources[0].amount
    cut = Money.total(p.amount for p in found.pieces if p.how is Met.CUT)
    there = Money.total(one.uncommitted for one in lines if one.service != "advice")
    assert NIL <= cut <= there


@given(percents(), amounts, st.lists(sizes, min_size=3, max_size=3))
def test_no_partner_carries_more_than_its_cap_and_the_rest_is_said(
    agreed: tuple[tuple[str, Fraction], ...], variance: Money, most: list[Money]
) -> None:
    caps = tuple(
        Cap(partner=one, limit=Limit(amount=amount))
        for one, amount in zip(PARTNERS, most, strict=True)
    )
    beyond = (Share(by=By.EQUAL, within_caps=True), Act(words="The partners meet"))
    made = rule(
        clause(Share(by=By.AGREED, percent=agreed), caps=caps, beyond=beyond), partners=PARTNERS
    )

    found = shares(made, [Line(account="Expenses:X", outturn=variance)])

    for partner, amount in zip(PARTNERS, most, strict=True):
        assert abs(found.shares[partner]) <= amount
    room = Money.total(most)
    undecided = Money.total(piece.amount for piece in found.actions)
    assert abs(undecided) == max(abs(variance) - room, NIL)


@given(amounts, st.lists(sizes, min_size=2, max_size=2))
def test_an_underspend_is_shared_as_an_overspend_of_the_same_size_with_the_signs_turned(
    variance: Money, opening: list[Money]
) -> None:
    given_in = [
        Contributed(partner=one, opening=amount, revised=NIL)
        for one, amount in zip(PARTNERS, opening, strict=False)
    ]
    assume(variance)

    one = shares(rule(BY_OPENING), [Line(account="Expenses:X", outturn=variance)], given_in)
    other = shares(rule(BY_OPENING), [Line(account="Expenses:X", outturn=-variance)], given_in)

    assert {p: -amount for p, amount in one.shares.items()} == other.shares
