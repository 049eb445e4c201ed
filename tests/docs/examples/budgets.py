"""Examples of what stops a budget being set or moved, and of accounts, funds, services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from contracts import services
from contracts.services import DatedWeights, Service
from ledger import budget, chart, funds, profile
from ledger.budget import BudgetLine
from ledger.chart import Account
from ledger.forecast import Method
from ledger.funds import Fund, FundKind, LegalBasis
from ledger.journal import Book
from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.periods import Period
from ledger.profile import ProfileSaid, Shape
from tests.docs.examples.journals import CHART, YEAR
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import budgeting, founding, posting
from trust_commissioning.budgeting import ForecastSaid, VirementRule
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.store import journals
from trust_commissioning.store.tables import PeriodRow

_CARE = "Expenses:ThirdParty:FosterCare"


def _set(*rows: BudgetRow) -> Run:
    return in_small_trust(
        lambda session: budgeting.set_budget(session, "general", YEAR, rows, by=CLERK, at=AT)
    )


def _load(text: str) -> Run:
    return in_small_trust(
        lambda session: budgeting.load_budget(session, text.encode(), "budget.csv", by=CLERK, at=AT)
    )


def _of_either_year(session: Session) -> object:
    founding.open_year(session, YEAR.next)
    data = f"fund,account,amount\ngeneral,{_CARE},10000.00\n".encode()
    return budgeting.load_budget(session, data, "budget.csv", by=CLERK, at=AT)


def _vire(session: Session, amount: str) -> int:
    row = BudgetRow(account=_CARE, service="fostering", amount=Money.parse("10000"))
    budgeting.set_budget(session, "general", YEAR, [row], by=CLERK, at=AT)
    moves = [
        (BudgetLine(_CARE, "fostering"), -Money.parse(amount)),
        (BudgetLine("Expenses:ThirdParty:Health", "therapy"), Money.parse(amount)),
    ]
    return budgeting.vire(
        session,
        "general",
        moves,
        day=date(2003, 5, 1),
        reference="V-1",
        reason="Therapy for children in foster care",
        by=CLERK,
        at=AT,
    )


example(
    "budget_line_repeated",
    "One line is given two budgets.",
    _set(
        BudgetRow(account=_CARE, service="fostering", amount=Money.parse("10000")),
        BudgetRow(account=_CARE, service="fostering", amount=Money.parse("5000")),
    ),
)
example(
    "budget_not_for_expense",
    "Cash is given a budget.",
    _set(BudgetRow(account="Assets:HostCash", amount=Money.parse("10000"))),
)
example(
    "budget_column_missing",
    "The file has a total for each fund and no accounts.",
    _load("fund,amount\ngeneral,10000.00\n"),
)
example(
    "budget_year_missing",
    "Two years are open and the file names neither.",
    in_small_trust(_of_either_year),
)
example(
    "year_unreadable",
    "A year is written by its first part alone.",
    _load(f"fund,account,amount,year\ngeneral,{_CARE},10000.00,2003\n"),
)
example(
    "budget_not_available",
    "A virement takes £12,000.00 from a line with £10,000.00.",
    in_small_trust(lambda session: _vire(session, "12000")),
)


def _virement(text: str, book: Book = Book.BUDGET) -> object:
    return budget.problems_in_virement(journal(text, book=book, source="virement"), CHART, {})


_TO_AND_FRO = "Expenses:Unallocated 10.00 / Expenses:Unallocated -10.00"
example(
    "virement_moves_nothing",
    "A line gives to itself.",
    lambda: _virement(_TO_AND_FRO),
)
example(
    "virement_not_in_budget_book",
    "A virement is entered among the payments.",
    lambda: _virement(_TO_AND_FRO, Book.ACTUAL),
)
example(
    "virement_touches_other_than_expense",
    "A virement takes budget from income.",
    lambda: _virement("Expenses:Unallocated 10.00 / Income:Contributions:Cash -10.00"),
)


# --- rules, profiles, forecasts -----------------------------------------------------------------

_LENDING = [
    (BudgetLine(_CARE, "fostering"), -Money.parse("5000")),
    (BudgetLine("Expenses:ThirdParty:Health", "therapy"), Money.parse("5000")),
]
_FORBIDDEN = {
    "giving": {"service": "fostering"},
    "allowed": False,
    "because": "the fostering budget is kept for placements",
}
_TO_CAMHS = {"giving": {"fund": "general"}, "getting": {"fund": "camhs"}, "allowed": True}


def _rule(session: Session, **said: object) -> object:
    asked = VirementRule.model_validate({"code": "a-rule", **said})
    return budgeting.keep_rule(session, asked, by=CLERK, at=AT)


def _ruled(act: Callable[[Session], object], **said: object) -> Run:
    """Something done under a virement rule."""

    def done(session: Session) -> object:
        _rule(session, **said)
        return act(session)

    return in_small_trust(done)


def _kept(**said: object) -> Run:
    return in_small_trust(lambda session: _rule(session, **said))


def _vire_between(session: Session, gets: str = "5000") -> tuple[int, int]:
    row = BudgetRow(account=_CARE, service="fostering", amount=Money.parse("10000"))
    budgeting.set_budget(session, "general", YEAR, [row], by=CLERK, at=AT)
    (giving, given), (getting, _) = _LENDING
    return budgeting.vire_between(
        session,
        [("general", giving, given), ("camhs", getting, Money.parse(gets))],
        day=date(2003, 5, 1),
        reference="V-2",
        reason="Therapy moves to the pool",
        by=CLERK,
        at=AT,
    )


def _post_above(session: Session) -> object:
    id = _vire(session, "5000")
    _rule(session, limit={"role": "approver", "amount": "1000.00"})
    return posting.post_submitted(session, id, by=APPROVER, at=AT)


def _post_one_half(session: Session) -> object:
    """The side that gives is handed in again after both were sent back."""
    gives, _ = _vire_between(session)
    posting.send_back(session, gives, by=APPROVER, at=AT, reason="the wrong day")
    half = journals.by_id(session, gives)
    assert half is not None
    posting.submit(session, half.journal, by=CLERK, at=AT, id=gives)
    return posting.post_submitted(session, gives, by=APPROVER, at=AT)


example(
    "virement_route_forbidden",
    "The fostering budget is kept for placements.",
    _ruled(lambda session: _vire(session, "5000"), route=_FORBIDDEN),
)
example(
    "virement_route_missing",
    "Budget is asked to move between funds, and no rule lets it.",
    in_small_trust(_vire_between),
)
example(
    "virement_above_limit",
    "An approver posts a virement above what is delegated to approvers.",
    in_small_trust(_post_above),
)
example(
    "virement_above_every_limit",
    "A virement is larger than anybody may post.",
    _ruled(lambda session: _vire(session, "5000"), limit={"role": "approver", "amount": "1000.00"}),
)
example(
    "virement_between_uneven",
    "One fund gives £5,000.00 and the other gets £4,000.00.",
    in_small_trust(lambda session: _vire_between(session, "4000")),
)
example(
    "virement_other_half_missing",
    "Both sides were sent back and only one was handed in again.",
    _ruled(_post_one_half, route=_TO_CAMHS),
)
example("virement_rule_of_no_kind", "A rule says nothing but its code.", _kept())
example(
    "virement_rule_ends_before_it_starts",
    "The days of a rule are the wrong way round.",
    _kept(route=_FORBIDDEN, starts=date(2003, 5, 2), ends=date(2003, 5, 1)),
)
example("virement_limit_of_nobody", "A limit has an amount only.", _kept(limit={"amount": "1.00"}))
example(
    "virement_limit_of_no_poster",
    "An auditor is given a limit.",
    _kept(limit={"role": "auditor", "amount": "1000.00"}),
)
example(
    "virement_limit_below_nil",
    "A limit has a minus before it.",
    _kept(limit={"role": "approver", "amount": "-1000.00"}),
)


def _spread(said: ProfileSaid) -> Run:
    line = BudgetLine(_CARE, "fostering")
    return in_small_trust(
        lambda session: budgeting.set_profile(session, "general", YEAR, line, said, by=CLERK, at=AT)
    )


def _of_next_year(session: Session) -> object:
    founding.open_year(session, YEAR.next.next)
    line = BudgetLine(_CARE, "fostering")
    said = ProfileSaid(Shape.CONTRACT, contract="C-0001")
    return budgeting.set_profile(session, "general", YEAR.next.next, line, said, by=CLERK, at=AT)


example(
    "profile_field_not_of_shape",
    "A season has no weights.",
    lambda: profile.problems_in(ProfileSaid(Shape.SEASONAL)),
)
example(
    "profile_not_of_twelve",
    "A season is given by quarters.",
    lambda: profile.problems_in(ProfileSaid(Shape.SEASONAL, (1, 1, 2, 2))),
)
example(
    "profile_weight_below_nil",
    "March is weighed below nil.",
    lambda: profile.problems_in(ProfileSaid(Shape.SEASONAL, (*(1,) * 11, -1))),
)
example(
    "profile_weighs_nothing",
    "A season is left at nil.",
    lambda: profile.problems_in(ProfileSaid(Shape.SEASONAL, (0,) * 12)),
)
example(
    "profile_unreadable",
    "A file says how a line is spread in words of its own.",
    _load(f"fund,account,service,amount,profile\ngeneral,{_CARE},fostering,1000.00,monthly\n"),
)
example(
    "budget_profiles_differ",
    "Two rows of one line are spread in two ways.",
    _load(
        "fund,account,service,outcome,amount,profile\n"
        f"general,{_CARE},fostering,stay_safe,1000.00,even\n"
        f"general,{_CARE},fostering,be_healthy,1000.00,0 0 0 0 0 0 1 1 1 1 1 1\n"
    ),
)
example(
    "profile_contract_elsewhere",
    "A line for therapy follows a contract for fostering.",
    in_small_trust(
        lambda session: budgeting.set_profile(
            session,
            "general",
            YEAR,
            BudgetLine("Expenses:ThirdParty:Health", "therapy"),
            ProfileSaid(Shape.CONTRACT, contract="C-0001"),
            by=CLERK,
            at=AT,
        )
    ),
)
example(
    "profile_contract_outside_year",
    "A line of 2005-06 follows a contract that ended in March 2005.",
    in_small_trust(_of_next_year),
)


def _forecast(session: Session, period: int = 6, **said: Money) -> object:
    return budgeting.set_forecast(
        session,
        "general",
        BudgetLine(_CARE, "fostering"),
        ForecastSaid(method=Method.PERSON, reason="two placements from October", **said),
        period=Period(YEAR, period),
        by=CLERK,
        at=AT,
    )


def _forecast_back(session: Session) -> object:
    _forecast(session, amount=Money.parse("12000"))
    return _forecast(session, 5, amount=Money.parse("12000"))


def _forecast_late(session: Session) -> object:
    for number in range(1, 13):
        row = session.get_one(PeriodRow, (str(YEAR), number))
        row.status, row.seal, row.closed_by, row.closed_at = "closed", "s", CLERK, "now"
        session.flush()
    return _forecast(session, 12, amount=Money.parse("12000"))


example(
    "forecast_amount_not_of_method",
    "A person forecasts a line and gives no amount.",
    in_small_trust(_forecast),
)
example(
    "forecast_outside_its_range",
    "The highest is below the amount.",
    in_small_trust(
        lambda session: _forecast(session, amount=Money.parse("12000"), high=Money.parse("11000"))
    ),
)
example(
    "forecast_before_last",
    "A line forecast in September is forecast as of August.",
    in_small_trust(_forecast_back),
)
example(
    "forecast_after_year_end",
    "A line is forecast after March was closed.",
    in_small_trust(_forecast_late),
)
example(
    "account_name_unreadable",
    "An account is named as the council names it.",
    lambda: chart.problems_in(Account("4012/fostering", "Fostering")),
)
example(
    "account_title_missing",
    "An account has a name and no title.",
    lambda: chart.problems_in(Account("Expenses:Premises:Rents", " ")),
)
example(
    "fund_code_unreadable",
    "A fund is given its title for a code.",
    lambda: funds.problems_in(
        Fund(code="CAMHS pool", title="CAMHS pooled fund", kind=FundKind.ALIGNED)
    ),
)
example(
    "fund_ends_before_it_starts",
    "The years of a fund are the wrong way round.",
    lambda: funds.problems_in(
        Fund(
            code="choice-protects",
            title="Choice Protects",
            kind=FundKind.SPECIAL_GRANT,
            starts=date(2004, 4, 1),
            ends=date(2003, 3, 31),
        )
    ),
)
_POOL = Fund(code="camhs", title="CAMHS pooled fund", kind=FundKind.POOLED)
example(
    "pooled_fund_without_power",
    "A pooled fund is added with its title only.",
    lambda: funds.problems_in(_POOL),
)
example(
    "pooled_fund_without_host",
    "A pooled fund is added with its power and no host.",
    lambda: funds.problems_in(
        Fund(
            code="camhs",
            title="CAMHS pooled fund",
            kind=FundKind.POOLED,
            legal_basis=LegalBasis.HEALTH_ACT_1999_S31,
        )
    ),
)


def _service(*dated: DatedWeights) -> Service:
    return Service(code="fostering", title="Fostering", outcomes=dated)


example(
    "outcome_weight_not_above_nil",
    "An outcome is given no share instead of being left out.",
    lambda: services.problems_in(
        _service(DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 1), (Outcome.BE_HEALTHY, 0))))
    ),
)
example(
    "outcome_weights_out_of_order",
    "Later weights stand above earlier ones.",
    lambda: services.problems_in(
        _service(
            DatedWeights(date(2004, 4, 1), ((Outcome.STAY_SAFE, 1),)),
            DatedWeights(date(2003, 4, 1), ((Outcome.STAY_SAFE, 2),)),
        )
    ),
)
