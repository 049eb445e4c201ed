"""Risk shares: whatever the rule, the figures, the signs, nothing of a variance is lost."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import strategies as st

from ledger.money import NIL, Money
from ledger.pool.risk_share import (
    Contributed,
    Line,
    Met,
    RiskShare,
    effects,
    problems_in,
    shares,
)
from ledger.pool.risk_share.rule import (
    Act,
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
from ledger.problems import Refused

PARTNERS = ("council", "pct", "connexions")
SERVICES = ("fostering", "therapy", "advice")
amounts = st.integers(-(10**12), 10**12).map(Money)
sizes = st.integers(0, 10**12).map(Money)
rates = st.fractions(0, 100, max_denominator=10_000)


def pounds(text: str) -> Money:
    return Money.parse(text)


def rule(
    overspend: Clause, underspend: Clause | None = None, *, partners=PARTNERS[:2], **rest
) -> RiskShare:
    """A rule with one part, for all lines."""
    part = Part(
        code="all", title="The fund", overspend=overspend, underspend=underspend or overspend
    )
    given = {"host": partners[0], "parts": (part,), **rest}
    return RiskShare(
        title="A rule", clause="4", partners=partners, starts=date(2003, 4, 1), **given
    )


def clause(*steps: Step, **rest) -> Clause:
    return Clause(number="4.1", steps=steps, **rest)


def over(amount: str, budget: str = "1000000.00", **rest) -> Line:
    """A line that came to so much more than its budget, or less below nil."""
    size = pounds(budget)
    return Line(account="Expenses:X", budget=size, outturn=size + pounds(amount), **rest)


def put_in(*opening: str) -> list[Contributed]:
    return [
        Contributed(partner=one, opening=pounds(amount), revised=pounds(amount))
        for one, amount in zip(PARTNERS, opening, strict=False)
    ]


def shown(sharing) -> dict[str, str]:
    return {partner: amount.plain for partner, amount in sharing.shares.items()}


BY_OPENING = clause(Share(by=By.OPENING))


# --- any rule at all ------------------------------------------------------------------------------

# --- what each word of the language does ---------------------------------------------------------


def test_the_penny_left_over_goes_to_the_partner_named_first_where_two_lost_the_same() -> None:
    equally = rule(clause(Share(by=By.EQUAL)), partners=PARTNERS)

    found = shares(equally, [over("100.00")])

    assert shown(found) == {"council": "33.34", "pct": "33.33", "connexions": "33.33"}
    back = shares(equally, [over("-200.00")])
    assert shown(back) == {"council": "-66.67", "pct": "-66.67", "connexions": "-66.66"}


def test_what_is_added_in_the_year_moves_revised_proportions_and_not_opening_ones() -> None:
    given_in = [
        Contributed(partner="council", opening=pounds("100.00"), revised=pounds("300.00")),
        Contributed(partner="pct", opening=pounds("100.00"), revised=pounds("100.00")),
    ]

    opening = shares(rule(BY_OPENING), [over("40.00")], given_in)
    revised = shares(rule(clause(Share(by=By.REVISED))), [over("40.00")], given_in)

    assert shown(opening) == {"council": "20.00", "pct": "20.00"}
    assert shown(revised) == {"council": "30.00", "pct": "10.00"}


def test_a_share_nobody_can_be_weighed_for_is_left_to_the_partners_and_not_guessed() -> None:
    found = shares(rule(BY_OPENING), [over("10.00")], put_in("0.00", "-5.00"))

    assert shown(found) == {"council": "0.00", "pct": "0.00"}
    (action,) = found.actions
    assert action.amount == pounds("10.00")
    assert action.words.startswith("It cannot be shared, since none of the partners concerned")


def test_lines_over_and_under_are_netted_unless_each_is_taken_for_itself() -> None:
    lines = [over("30.00", service="fostering"), over("-10.00", service="therapy")]
    together = rule(clause(Bear(partner="pct")), clause(Keep(use=Use.RETAINED)))
    part = replace(together.parts[0], line_by_line=True)
    apart = replace(together, parts=(part,))

    assert shown(shares(together, lines)) == {"council": "0.00", "pct": "20.00"}
    found = shares(apart, lines)
    assert shown(found) == {"council": "0.00", "pct": "30.00"}
    assert [piece.amount.plain for piece in found.met_otherwise] == ["-10.00"]


def test_what_lies_where_it_falls_keeps_each_partners_sign_even_where_the_fund_comes_out() -> None:
    made = rule(clause(Lie()), leads=(Lead(lines=Lines(services=("therapy",)), partner="pct"),))
    lines = [over("30.00", service="fostering"), over("-30.00", service="therapy")]

    found = shares(made, lines)

    assert found.variance == NIL
    assert shown(found) == {"council": "30.00", "pct": "-30.00"}


def test_an_underspend_given_to_one_part_is_not_shared_out_by_another() -> None:
    first = Part(
        code="first",
        title="First",
        lines=Lines(services=("fostering",)),
        overspend=clause(Offset(against=("second",)), Bear(partner="council")),
        underspend=clause(Keep(use=Use.RETAINED)),
    )
    second = Part(
        code="second",
        title="Second",
        overspend=clause(Bear(partner="council")),
        underspend=clause(Share(by=By.EQUAL)),
    )
    made = replace(rule(BY_OPENING), parts=(first, second))

    found = shares(made, [over("40.00", service="fostering"), over("-100.00", service="therapy")])

    assert shown(found) == {"council": "-30.00", "pct": "-30.00"}
    assert [(p.how, p.amount.plain) for p in found.met_otherwise] == [
        (Met.OFFSET, "40.00"),
        (Met.OFFSET, "-40.00"),
    ]


def _each_line(*steps: Step) -> RiskShare:
    """Each line for itself, so that one after another goes through the same steps."""
    made = rule(
        clause(*steps, Bear(partner="council")),
        clause(Keep(use=Use.RETAINED)),
        resources=(Resource(code="risk-pool", title="the risk pool", amount=pounds("50.00")),),
    )
    return replace(made, parts=(replace(made.parts[0], line_by_line=True),))


@pytest.mark.parametrize("step", [Draw(resource="risk-pool"), Cut()])
def test_what_one_line_has_used_up_is_not_there_for_the_next(step: Step) -> None:
    lines = [
        over("40.00", service="fostering", uncommitted=pounds("50.00")),
        over("40.00", service="therapy"),
    ]

    found = shares(_each_line(step), lines)

    assert [piece.amount.plain for piece in found.met_otherwise] == ["40.00", "10.00"]
    assert shown(found) == {"council": "30.00", "pct": "0.00"}


def test_what_a_resource_holds_now_stands_before_what_the_rule_says() -> None:
    found = shares(
        _each_line(Draw(resource="risk-pool")),
        [over("40.00")],
        resources={"risk-pool": pounds("-5.00")},
    )

    assert shown(found) == {"council": "40.00", "pct": "0.00"}


def test_a_fund_that_spends_what_it_planned_has_nothing_to_share() -> None:
    found = shares(rule(BY_OPENING), [over("0.00")], put_in("1.00", "1.00"))

    assert found.variance == NIL
    assert found.cases == ()
    assert shown(found) == {"council": "0.00", "pct": "0.00"}


def test_the_effect_in_cash_counts_what_is_due_and_not_paid() -> None:
    given_in = [
        Contributed(
            partner="council",
            opening=pounds("60.00"),
            revised=pounds("60.00"),
            due=pounds("60.00"),
            paid=pounds("60.00"),
        ),
        Contributed(
            partner="pct",
            opening=pounds("40.00"),
            revised=pounds("40.00"),
            due=pounds("40.00"),
            paid=pounds("25.00"),
        ),
    ]

    council, pct = effects(shares(rule(BY_OPENING), [over("-10.00")], given_in), given_in)

    assert (council.share.plain, council.still_due.plain, council.in_cash.plain) == (
        "-6.00",
        "0.00",
        "-6.00",
    )
    assert (pct.share.plain, pct.still_due.plain, pct.in_cash.plain) == ("-4.00", "15.00", "11.00")


def test_the_working_is_told_step_by_step_with_the_clause_and_the_partners_names() -> None:
    names = {"council": "Wealdshire County Council", "pct": "Weald Primary Care Trust"}
    made = rule(
        clause(
            Share(by=By.EQUAL, up_to=Limit(amount=pounds("10.00"))),
            Share(by=By.AGREED, percent=(("council", Fraction("50.5")), ("pct", Fraction("49.5")))),
        )
    )

    found = shares(made, [over("30.00")], names=names)

    (case,) = found.cases
    assert case.words == (
        "Up to £10.00 is shared equally. What is left is shared by the agreed percentages "
        "(Wealdshire County Council 50.5% and Weald Primary Care Trust 49.5%)."
    )
    assert found.reasons == (
        "The fund: £1,000,030.00 against a budget of £1,000,000.00, £30.00 overspent.",
        "Clause 4.1 applies.",
        (
            "Up to £10.00 is shared equally. That is Wealdshire County Council £5.00 and Weald "
            "Primary Care Trust £5.00."
        ),
        (
            "What is left is shared by the agreed percentages (Wealdshire County Council 50.5% and "
            "Weald Primary Care Trust 49.5%). That is Wealdshire County Council £10.10 and Weald "
            "Primary Care Trust £9.90."
        ),
    )


# --- what a rule may not say ---------------------------------------------------------------------

_HALVES = (("council", Fraction(50)), ("pct", Fraction(50)))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (rule(BY_OPENING, ends=date(2003, 3, 31)), "risk_share_ends_before_it_starts"),
        (rule(BY_OPENING, host="nobody"), "risk_share_partner_unknown"),
        (rule(BY_OPENING, partners=("council", "council")), "entry_repeated"),
        (rule(BY_OPENING, parts=()), "risk_share_leaves_lines_out"),
        (
            rule(clause(Share(by=By.EQUAL, up_to=Limit(amount=Money(1))))),
            "risk_share_leaves_a_rest",
        ),
        (rule(clause(Share(by=By.EQUAL, if_agreed="it"))), "risk_share_leaves_a_rest"),
        (rule(clause(Draw(resource="pool")), BY_OPENING), "risk_share_names_unknown"),
        (rule(clause(Keep(use=Use.RETAINED)), BY_OPENING), "risk_share_step_out_of_place"),
        (rule(BY_OPENING, clause(Cut(), Lie())), "risk_share_step_out_of_place"),
        (rule(clause(Share(by=By.EQUAL, within_caps=True), Lie())), "risk_share_step_out_of_place"),
        (rule(clause(Offset(against=("none",)), Lie()), BY_OPENING), "risk_share_names_unknown"),
        (rule(clause(Act(words=" "))), "risk_share_action_missing"),
        (rule(clause(Share(by=By.EQUAL, percent=_HALVES))), "risk_share_percent_out_of_place"),
        (rule(clause(Share(by=By.AGREED, percent=_HALVES[:1]))), "risk_share_percent_missing"),
        (
            rule(clause(Share(by=By.AGREED, percent=(_HALVES[0], ("pct", Fraction(49)))))),
            "risk_share_percent_not_hundred",
        ),
        (rule(clause(Lie(up_to=Limit()), Lie())), "risk_share_limit_unclear"),
        (rule(clause(Lie(up_to=Limit(amount=Money(-1))), Lie())), "risk_share_limit_below_nil"),
        (
            rule(clause(Lie(), caps=(Cap(partner="pct", limit=Limit(amount=Money(1))),))),
            "risk_share_leaves_a_rest",
        ),
    ],
)
def test_a_rule_that_leaves_something_open_is_refused(wrong: RiskShare, code: str) -> None:
    assert code in [problem.code for problem in problems_in(wrong)]
    with pytest.raises(Refused):
        shares(wrong, [over("1.00")])


def test_every_problem_of_a_rule_is_told_at_once_by_its_place() -> None:
    first = Part(
        code="all", title="All", overspend=clause(Bear(partner="nobody")), underspend=BY_OPENING
    )
    second = replace(first, overspend=clause(Lie(if_agreed="it")))

    found = problems_in(replace(rule(BY_OPENING), parts=(first, second)))

    assert [(problem.code, problem.where) for problem in found] == [
        ("entry_repeated", "parts"),
        ("risk_share_part_never_reached", "parts[0].lines"),
        ("risk_share_partner_unknown", "parts[0].overspend.steps[0].partner"),
        ("risk_share_leaves_a_rest", "parts[1].overspend.steps"),
    ]
