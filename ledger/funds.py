"""Funds: money kept apart, with its legal basis, its conditions, its host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.problems import Problem
from ledger.wording import day_in_full

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}", re.ASCII)


class FundKind(StrEnum):
    """What sort of money it is: most of what is called pooling is not pooling."""

    POOLED = "pooled"
    ALIGNED = "aligned"
    IN_VIEW = "in_view"
    LEAD_COMMISSIONED = "lead_commissioned"
    INTEGRATED_PROVISION = "integrated_provision"
    SPECIAL_GRANT = "special_grant"
    MAINSTREAM = "mainstream"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _KIND_TITLES[self]


class LegalBasis(StrEnum):
    """The power the money is held under. "Section 31" alone is three different things."""

    HEALTH_ACT_1999_S31 = "health_act_1999_s31"
    NHS_ACT_2006_S75 = "nhs_act_2006_s75"
    CHILDREN_ACT_2004_S10 = "children_act_2004_s10"
    CHILDREN_ACT_2004_S15 = "children_act_2004_s15"
    LOCAL_GOVERNMENT_FINANCE_ACT_1988_S88B = "local_government_finance_act_1988_s88b"
    OTHER_POWER = "other_power"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _BASIS_TITLES[self]


_KIND_TITLES = {
    FundKind.POOLED: "Pooled fund",
    FundKind.ALIGNED: "Aligned budget",
    FundKind.IN_VIEW: "Budget in view",
    FundKind.LEAD_COMMISSIONED: "Lead-commissioned",
    FundKind.INTEGRATED_PROVISION: "Integrated provision",
    FundKind.SPECIAL_GRANT: "Special grant",
    FundKind.MAINSTREAM: "Mainstream",
}
_BASIS_TITLES = {
    LegalBasis.HEALTH_ACT_1999_S31: "Section 31, Health Act 1999",
    LegalBasis.NHS_ACT_2006_S75: "Section 75, NHS Act 2006",
    LegalBasis.CHILDREN_ACT_2004_S10: "Section 10, Children Act 2004",
    LegalBasis.CHILDREN_ACT_2004_S15: "Section 15, Children Act 2004 (safeguarding boards)",
    LegalBasis.LOCAL_GOVERNMENT_FINANCE_ACT_1988_S88B: (
        "Section 88B, Local Government Finance Act 1988"
    ),
    LegalBasis.OTHER_POWER: "Another power",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """Money kept apart.

    `code` is its readable key and its Beancount tag (lower case, figures, hyphens). `host` is the
    code of the partner that keeps the accounts. `may_be_spent_on` holds the codes of the services
    the money is ring-fenced to; empty means no such condition. `conditions` is the wording a
    person is shown when a posting breaks it. `starts` and `ends` are inclusive; `ends` None
    means it goes on.
    """

    code: str
    title: str
    kind: FundKind
    legal_basis: LegalBasis = LegalBasis.OTHER_POWER
    host: str = ""
    pool_manager: str = ""
    conditions: str = ""
    may_be_spent_on: tuple[str, ...] = ()
    starts: date | None = None
    ends: date | None = None

    def lives_on(self, day: date) -> bool:
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


def problems_in(fund: Fund) -> list[Problem]:
    """Everything wrong with a fund's own words; `where` is the field."""
    return [*_check_code(fund), *_check_dates(fund), *_check_basis(fund)]


def _check_code(fund: Fund) -> Iterator[Problem]:
    if not _CODE.fullmatch(fund.code):
        yield Problem(
            "fund_code_unreadable",
            f"“{fund.code}” is not a fund's code; it is small letters, figures and hyphens, "
            "because it is the fund's tag in the published books.",
            "code",
        )


def _check_dates(fund: Fund) -> Iterator[Problem]:
    if fund.starts and fund.ends and fund.ends < fund.starts:
        yield Problem(
            "fund_ends_before_it_starts",
            f"Fund {fund.code} ends on {day_in_full(fund.ends)}, before it starts on "
            f"{day_in_full(fund.starts)}.",
            "ends",
        )


def _check_basis(fund: Fund) -> Iterator[Problem]:
    if fund.kind is FundKind.POOLED and fund.legal_basis not in (
        LegalBasis.HEALTH_ACT_1999_S31,
        LegalBasis.NHS_ACT_2006_S75,
        LegalBasis.CHILDREN_ACT_2004_S10,
        LegalBasis.CHILDREN_ACT_2004_S15,
    ):
        yield Problem(
            "pooled_fund_without_power",
            f"Fund {fund.code} is pooled, which needs a power to pool: the Health Act 1999 "
            "section 31, the NHS Act 2006 section 75, the Children Act 2004 section 10, or for a "
            "safeguarding board its section 15.",
            "legal_basis",
        )
    if fund.kind is FundKind.POOLED and not fund.host:
        yield Problem(
            "pooled_fund_without_host",
            f"Fund {fund.code} is pooled, so one partner must be its host "
            "(SI 2000/617, regulation 7).",
            "host",
        )
