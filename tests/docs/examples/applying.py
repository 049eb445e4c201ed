"""Examples of what is wrong with the file of `trust apply`."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from ledger.periods import FinancialYear
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT
from trust_commissioning import applying
from trust_commissioning.reports import Scope
from trust_commissioning.reports.outcome_spend import outcome_spend

_ADMINISTRATOR = "x.admin"


def _apply(text: str, *, today: date = date(2003, 5, 1)) -> Run:
    def work(session: Session) -> object:
        document = applying.read(text)
        return applying.apply(session, document, by=_ADMINISTRATOR, at=AT, today=today)

    return in_small_trust(work)


_CONTRACT = """
contracts:
  - number: C-0002
    title: Respite care
    provider: {provider}
    service: fostering
    fund: general
    value: "{value}"
    starts: 2003-04-01
    ends: {ends}
"""


def _contract(provider: str = "oakfield", value: str = "5000.00", ends: str = "2004-03-31") -> Run:
    return _apply(_CONTRACT.format(provider=provider, value=value, ends=ends))


_CONTRIBUTION = """
contributions:
  - fund: camhs
    partner: pct
    year: "2003-04"
    kind: {kind}{spent}
    instalments:
      - {{day: {day}, amount: "{amount}"}}
"""


def _contribution(
    kind: str = "cash", spent: str = "", day: str = "2003-04-30", amount: str = "10000.00"
) -> str:
    return _CONTRIBUTION.format(kind=kind, spent=spent, day=day, amount=amount)


def _posted_otherwise(session: Session) -> object:
    for amount in ("10000.00", "12000.00"):
        document = applying.read(_contribution(amount=amount))
        applying.apply(session, document, by=_ADMINISTRATOR, at=AT)
    return []


example(
    "document_unreadable",
    "A bracket is opened and never closed.",
    lambda: applying.read("partners: [council\n"),
)
example(
    "field_missing",
    "A partner has no name.",
    lambda: applying.read("partners:\n  - code: council\n"),
)
example(
    "field_unknown",
    "A field is mistyped.",
    lambda: applying.read("partners:\n  - code: council\n    nmae: Wealdshire County Council\n"),
)
example(
    "field_unreadable",
    "An amount stands without quotation marks, so YAML reads a binary fraction.",
    lambda: applying.read(_CONTRACT.format(provider="x", value="1", ends="null").replace('"', "")),
)
example(
    "entry_repeated",
    "A partner is listed twice.",
    _apply(
        "partners:\n  - {code: pct, name: Weald PCT}\n"
        "  - {code: pct, name: Weald Primary Care Trust}\n"
    ),
)
example("provider_unknown", "A contract names nobody known.", _contract(provider="oakfeild"))
example("contract_value_below_nil", "A contract has a minus.", _contract(value="-5000.00"))
example("contract_ends_before_it_starts", "A year is mistyped.", _contract(ends="2002-03-31"))
example(
    "instalment_outside_year",
    "An instalment of the next year stands under this one.",
    _apply(_contribution(day="2004-04-30")),
)
example(
    "instalment_not_above_nil",
    "An instalment is for nothing.",
    _apply(_contribution(amount="0.00")),
)
example(
    "instalment_already_posted",
    "An instalment that was posted is raised by £2,000.00.",
    in_small_trust(_posted_otherwise),
)
example(
    "cash_contribution_with_expense",
    "A contribution in cash names an account.",
    _apply(_contribution(spent="\n    account: Expenses:ThirdParty:Health")),
)
example(
    "in_kind_contribution_without_expense",
    "A contribution in kind names no account.",
    _apply(_contribution(kind="in_kind")),
)
example(
    "year_not_opened",
    "A report is asked for a year that was not opened.",
    in_small_trust(
        lambda session: outcome_spend(session, Scope(None, FinancialYear.parse("2009-10"), 13), AT)
    ),
)
