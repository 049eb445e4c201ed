"""Each of the twelve ways in which agreements share a risk, worked through by hand.

Each cites where the rule was found. Few sources give figures: where they do not, the figures are
made up, and the test says so. An accountant can check every one of them with a pencil.
"""

from dataclasses import replace
from datetime import date

import pytest

from ledger.money import NIL, Money
from ledger.pool.risk_share import Contributed, Line, Met, Sharing, problems_in, shares
from trust_commissioning.reports.risk_patterns import patterns


def pounds(text: str) -> Money:
    return Money.parse(text)


def line(service: str, budget: str, outturn: str, *, uncommitted: str = "0.00") -> Line:
    return Line(
        account="Expenses:ThirdParty:Health",
        service=service,
        budget=pounds(budget),
        outturn=pounds(outturn),
        uncommitted=pounds(uncommitted),
    )


def put_in(opening: dict[str, str], revised: dict[str, str] | None = None) -> list[Contributed]:
    return [
        Contributed(
            partner=partner, opening=pounds(amount), revised=pounds((revised or opening)[partner])
        )
        for partner, amount in opening.items()
    ]


def shown(found: Sharing) -> dict[str, str]:
    return {partner: amount.plain for partner, amount in found.shares.items()}


def otherwise(found: Sharing) -> list[tuple[Met, str]]:
    return [(piece.how, piece.amount.plain) for piece in found.met_otherwise]


def test_the_twelve_patterns_are_shipped_each_with_its_source_and_a_rule_that_holds() -> None:
    shipped = patterns()

    assert list(shipped) == [
        "pro_rata_opening",
        "agreed_percent",
        "stepped_with_cap",
        "fixed_or_variable_by_line",
        "lies_where_it_falls",
        "subfund_only",
        "waterfall",
        "action_plan_nonrecurrent",
        "underspend_default_retain",
        "carry_forward_ringfenced",
        "suspended_mid_year",
        "contract_value_pro_rata_priority",
    ]
    for pattern in shipped.values():
        assert pattern.source
        for others in (["pct"], ["pct", "connexions", "education"]):
            assert problems_in(pattern.fitted("council", others, ["therapy"])) == []


def test_pro_rata_opening() -> None:
    """Salford's model, recommended for Rochdale: lawinsider.com/contracts/similar/elcRpe1IkqL.

    The contributions are Salford's learning difficulties pool of 2006 (slidegur.com/doc/9701212:
    health £8.6m, council £8.7m); the overspend and the top-up are made up.
    """
    rule = patterns()["pro_rata_opening"].fitted("pct", ["council"])
    given = put_in(
        {"pct": "8600000.00", "council": "8700000.00"},
        revised={"pct": "8600000.00", "council": "9700000.00"},
    )

    found = shares(rule, [line("learning", "17300000.00", "17473000.00")], given)

    # 173,000.00 in 173 parts: 86 of them and 87, whatever the council added in the year.
    assert shown(found) == {"pct": "86000.00", "council": "87000.00"}


def test_agreed_percent() -> None:
    """Oxfordshire, older people 2013-14: hsj.co.uk 5061994. The overspend is synthetic."""
    rule = patterns()["agreed_percent"].fitted("council", ["ccg"])
    given = put_in({"council": "99000000.00", "ccg": "96000000.00"})
    lines = [line("older", "195000000.00", "196000000.00")]

    agreed = shares(rule, lines, given)
    exact = shares(patterns()["pro_rata_opening"].fitted("council", ["ccg"]), lines, given)

    assert shown(agreed) == {"council": "510000.00", "ccg": "490000.00"}
    assert shown(exact) == {"council": "507692.31", "ccg": "492307.69"}


@pytest.mark.parametrize(
    ("over", "host", "other", "beyond", "undecided"),
    [
        # Within the first step, 1% of the £10m that counts the aligned £4m: 80 and 20 per cent.
        ("60000.00", "48000.00", "12000.00", "0.00", "0.00"),
        # 100,000 in the first step, 100,000 in the second by 3 to 1.
        ("200000.00", "155000.00", "45000.00", "0.00", "0.00"),
        # The host would carry 80,000 + 150,000 and stops at 200,000; the other takes the rest.
        ("300000.00", "200000.00", "100000.00", "30000.00", "0.00"),
        # The host would carry 380,000, the other 120,000; once both are full, 100,000 is for the
        # partners to agree.
        ("500000.00", "200000.00", "200000.00", "180000.00", "100000.00"),
    ],
)
def test_stepped_with_cap(over: str, host: str, other: str, beyond: str, undecided: str) -> None:
    """Tameside: lawinsider.com/contracts/similar/elcRpe1IkqL. The figures are made up."""
    rule = patterns()["stepped_with_cap"].fitted("council", ["pct"])
    given = put_in({"council": "4500000.00", "pct": "1500000.00"})
    pooled = line("therapy", "6000000.00", (pounds("6000000.00") + pounds(over)).plain)
    aligned = line("advice", "4000000.00", "4000000.00")

    found = shares(rule, [pooled, aligned], given)

    assert shown(found) == {"council": host, "pct": other}
    assert found.beyond_caps.plain == beyond
    assert Money.total(piece.amount for piece in found.actions).plain == undecided


def test_fixed_or_variable_by_line() -> None:
    """Luton, 2017: lawinsider.com/clause/risk-share. The figures are made up."""
    rule = patterns()["fixed_or_variable_by_line"].fitted("council", ["ccg"], ["equipment"])
    given = put_in({"council": "600000.00", "ccg": "400000.00"})

    found = shares(
        rule,
        [line("equipment", "500000.00", "520000.00"), line("reablement", "500000.00", "490000.00")],
        given,
    )

    # The fixed line's 20,000 is the host's; the variable line gives back 6,000 and 4,000.
    assert shown(found) == {"council": "14000.00", "ccg": "-4000.00"}
    assert found.variance.plain == "10000.00"


def test_lies_where_it_falls() -> None:
    """Herefordshire, Better Care Fund 2017-19: councillors.herefordshire.gov.uk ID=48145.

    The figures are made up.
    """
    rule = patterns()["lies_where_it_falls"].fitted("council", ["ccg"], ["community-health"])

    found = shares(
        rule,
        [
            line("home-care", "300000.00", "345000.00"),
            line("community-health", "200000.00", "187500.00"),
        ],
    )

    assert shown(found) == {"council": "45000.00", "ccg": "-12500.00"}


def test_subfund_only() -> None:
    """Wirral, 2022-23: democracy.wirral.gov.uk IId=50051226.

    The £8.2m over at month 5 outside the sub-fund is Wirral's, and stays with the body that runs
    the pool; the sub-fund's own overspend is made up.
    """
    rule = patterns()["subfund_only"].fitted("icb", ["council"], ["better-care"])

    found = shares(
        rule,
        [
            line("better-care", "60000000.00", "60100000.00"),
            line("other", "180000000.00", "188200000.00"),
        ],
    )

    assert shown(found) == {"icb": "8250000.00", "council": "50000.00"}
    assert [(case.part.code, case.clause.number) for case in found.cases] == [
        ("sub-fund", "6.1"),
        ("elsewhere", "6.2"),
    ]


@pytest.mark.parametrize(
    ("over", "met", "shared"),
    [
        ("8000.00", [(Met.OFFSET, "8000.00")], ("0.00", "0.00")),
        ("30000.00", [(Met.OFFSET, "10000.00"), (Met.RESOURCE, "20000.00")], ("0.00", "0.00")),
        (
            "100000.00",
            [(Met.OFFSET, "10000.00"), (Met.RESOURCE, "25000.00"), (Met.CUT, "5000.00")],
            ("45000.00", "15000.00"),
        ),
    ],
)
def test_waterfall(over: str, met: list[tuple[Met, str]], shared: tuple[str, str]) -> None:
    """Better Care Fund call-off: markettransfer.info/clause/over-and-underspends/_1.

    The figures are made up: the other pool is £10,000 under, the risk pool holds £25,000, schemes
    have £5,000 that is not committed, and contributions are three to one.
    """
    rule = patterns()["waterfall"].fitted("council", ["ccg"], ["therapy"])
    first = line(
        "therapy", "500000.00", (pounds("500000.00") + pounds(over)).plain, uncommitted="5000.00"
    )
    second = line("equipment", "200000.00", "190000.00")

    found = shares(rule, [first, second], put_in({"council": "525000.00", "ccg": "175000.00"}))

    overspent, underspent = found.cases
    of_first = [(p.how, p.amount.plain) for p in overspent.pieces if p.how is not Met.PARTNERS]
    assert of_first == met
    assert tuple(shown(found).values()) == shared
    # What the other pool has left of its underspend stays in the pool.
    used = pounds(met[0][1])
    kept = Money.total(p.amount for p in underspent.pieces if p.how is Met.KEPT)
    assert kept == used - pounds("10000.00")


def test_action_plan_nonrecurrent() -> None:
    """A fund hosted by a county council: markettransfer.info/clause/risk-sharing-arrangements/_1.

    The figures are made up.
    """
    rule = patterns()["action_plan_nonrecurrent"].fitted("council", ["pct"])

    over = shares(rule, [line("therapy", "100000.00", "112000.00")])
    under = shares(rule, [line("therapy", "100000.00", "95000.00")])

    (action,) = over.actions
    assert (action.amount.plain, action.words) == (
        "12000.00",
        ("The pool manager brings a plan of action to the next meeting of the management group."),
    )
    assert set(over.shares.values()) == {NIL}
    (kept,) = under.met_otherwise
    assert kept.amount.plain == "-5000.00"
    assert "for non-recurrent spend only" in kept.words


@pytest.mark.parametrize(
    ("agreed", "use"),
    [((), "retained"), (("contingency",), "contingency"), (("redeploy",), "redeployed")],
)
def test_underspend_default_retain(agreed: tuple[str, ...], use: str) -> None:
    """A standard clause: lawinsider.com/clause/underspends/_8. The figures are made up."""
    rule = patterns()["underspend_default_retain"].fitted("council", ["pct"])

    found = shares(rule, [line("therapy", "100000.00", "91000.00")], agreed=agreed)

    (kept,) = found.met_otherwise
    assert (kept.how, kept.of, kept.amount.plain) == (Met.KEPT, use, "-9000.00")


def test_carry_forward_ringfenced() -> None:
    """Bromsgrove joint committee, 2011: moderngovwebpublic.bromsgrove.gov.uk IId=11597.

    The figures are made up.
    """
    rule = patterns()["carry_forward_ringfenced"].fitted("district", ["county"])
    lines = [line("joint", "250000.00", "240000.01")]

    carried = shares(rule, lines)
    refunded = shares(rule, lines, agreed=["refund"])

    (kept,) = carried.met_otherwise
    assert (kept.amount.plain, kept.of) == ("-9999.99", "carried_forward")
    assert "ring-fenced" in kept.words
    assert shown(refunded) == {"district": "-5999.99", "county": "-4000.00"}


def test_suspended_mid_year() -> None:
    """Herefordshire, learning disabilities 2006-07: councillors.herefordshire.gov.uk ID=9781.

    One partner's plan dropping by £205,000 is Herefordshire's; the rest is made up.
    """
    before = patterns()["agreed_percent"].fitted("council", ["pct"])
    meanwhile = patterns()["suspended_mid_year"].fitted("council", ["pct"])
    given = put_in(
        {"council": "12000000.00", "pct": "4205000.00"},
        revised={"council": "12000000.00", "pct": "4000000.00"},
    )
    lines = [line("learning", "16000000.00", "16400000.00")]

    # What is over is 400,000: three quarters and one by what each still puts in.
    assert shown(shares(before, lines, given)) == {"council": "204000.00", "pct": "196000.00"}
    assert shown(shares(meanwhile, lines, given)) == {"council": "300000.00", "pct": "100000.00"}


@pytest.mark.parametrize(
    ("fall", "first", "a", "b"),
    [
        # Up to 10% of the others' 600,000 the first partner's contribution does not move.
        ("45000.00", "0.00", "-30000.00", "-15000.00"),
        ("60000.00", "0.00", "-40000.00", "-20000.00"),
        # After that all three fall, in proportion 4 to 4 to 2.
        ("110000.00", "-20000.00", "-60000.00", "-30000.00"),
    ],
)
def test_contract_value_pro_rata_priority(fall: str, first: str, a: str, b: str) -> None:
    """Essex, a contract of several commissioners: lawinsider.com/clause/risk-share.

    The figures are made up; the 10% is the contract's.
    """
    rule = patterns()["contract_value_pro_rata_priority"].fitted("first", ["a", "b"])
    given = put_in({"first": "400000.00", "a": "400000.00", "b": "200000.00"})
    value = (pounds("1000000.00") - pounds(fall)).plain

    found = shares(rule, [line("contract", "1000000.00", value)], given)

    assert shown(found) == {"first": first, "a": a, "b": b}


def test_a_rule_holds_between_its_days_only() -> None:
    rule = replace(
        patterns()["agreed_percent"].fitted("council", ["pct"]),
        starts=date(2003, 4, 1),
        ends=date(2004, 3, 31),
    )

    assert [rule.in_force(day) for day in (date(2003, 3, 31), date(2003, 4, 1))] == [False, True]
    assert [rule.in_force(day) for day in (date(2004, 3, 31), date(2004, 4, 1))] == [True, False]
