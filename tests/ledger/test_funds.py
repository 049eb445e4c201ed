"""Funds: what may be pooled, under which power, kept by whom."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.funds import Fund, FundKind, LegalBasis, problems_in

POOL = Fund(
    code="camhs",
    title="CAMHS pool",
    kind=FundKind.POOLED,
    legal_basis=LegalBasis.HEALTH_ACT_1999_S31,
    host="council",
)


@pytest.mark.parametrize(
    "power",
    [
        LegalBasis.HEALTH_ACT_1999_S31,
        LegalBasis.NHS_ACT_2006_S75,
        LegalBasis.CHILDREN_ACT_2004_S10,
    ],
)
def test_a_pooled_fund_has_a_power_to_pool_and_a_host(power: LegalBasis) -> None:
    assert problems_in(replace(POOL, legal_basis=power)) == []


@pytest.mark.parametrize(
    "power", [LegalBasis.LOCAL_GOVERNMENT_FINANCE_ACT_1988_S88B, LegalBasis.OTHER_POWER]
)
def test_a_grant_power_is_no_power_to_pool(power: LegalBasis) -> None:
    (problem,) = problems_in(replace(POOL, legal_basis=power))

    assert (problem.code, problem.where) == ("pooled_fund_without_power", "legal_basis")


def test_a_pooled_fund_without_a_host_is_a_problem() -> None:
    (problem,) = problems_in(replace(POOL, host=""))

    assert (problem.code, problem.where) == ("pooled_fund_without_host", "host")


@pytest.mark.parametrize("kind", [kind for kind in FundKind if kind is not FundKind.POOLED])
def test_other_kinds_need_neither(kind: FundKind) -> None:
    other = replace(POOL, kind=kind, host="", legal_basis=LegalBasis.OTHER_POWER)

    assert problems_in(other) == []


def test_a_fund_does_not_end_before_it_starts() -> None:
    wrong = replace(POOL, starts=date(2004, 4, 1), ends=date(2004, 3, 31), host="")

    assert [(one.code, one.where) for one in problems_in(wrong)] == [
        ("fund_ends_before_it_starts", "ends"),
        ("pooled_fund_without_host", "host"),
    ]
    assert problems_in(replace(POOL, starts=date(2004, 4, 1), ends=date(2004, 4, 1))) == []


@pytest.mark.parametrize(
    ("day", "lives"),
    [
        (date(2003, 3, 31), False),
        (date(2003, 4, 1), True),
        (date(2004, 3, 31), True),
        (date(2004, 4, 1), False),
    ],
)
def test_a_fund_lives_from_its_first_day_to_its_last(day: date, lives: bool) -> None:
    year = replace(POOL, starts=date(2003, 4, 1), ends=date(2004, 3, 31))

    assert year.lives_on(day) is lives
    assert POOL.lives_on(day)


def test_section_31_is_never_said_alone() -> None:
    assert LegalBasis.HEALTH_ACT_1999_S31.title == "Section 31, Health Act 1999"
    assert all("Act" in power.title for power in LegalBasis if power is not LegalBasis.OTHER_POWER)
    assert [kind.title for kind in FundKind] == [
        "Pooled fund",
        "Aligned budget",
        "Budget in view",
        "Lead-commissioned",
        "Integrated provision",
        "Special grant",
        "Mainstream",
    ]
