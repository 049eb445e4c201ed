"""Examples of what stops a grant, its events, its plan, its claim, or spend on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.grant import allocation as allocations
from ledger.grant import conditions, plan, programme
from ledger.grant.allocation import GrantYear
from ledger.grant.conditions import Condition, Line, Purpose, RingFence
from ledger.grant.life import GrantEvent, Step
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective, Progress
from ledger.grant.programme import Unspent
from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.extracts import FOSTERING_RULE, extract, load_in, row
from tests.support.grants import allocation, keep_accounts
from tests.support.grants import programme as special
from tests.support.trusts import AT, CLERK, YEAR
from trust_commissioning import granting, posting
from trust_commissioning.granting.asked import AllocationAsked, GrantAsked
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.store.tables import CodingRuleRow

_WHOLE = "special/2003-04"
_POUNDS = Money.parse
_FENCE = RingFence(
    title="Choice Protects grant",
    starts=YEAR.starts,
    ends=YEAR.ends,
    conditions=(
        Condition(code="fostering", wording="Only for fostering.", services=("fostering",)),
    ),
)


def _with_grant(session: Session, **changes: Any) -> None:
    """A grant of £1,000.00 for 2003-04, announced on 1 April 2003."""
    keep_accounts(session)
    granting.keep_programme(session, special(**changes), by=CLERK, at=AT)
    granting.allocate(session, allocation(), announced=date(2003, 4, 1), by=CLERK, at=AT)


def _after(*events: GrantEvent, **changes: Any) -> Run:
    """The same grant after events, the last of which is refused."""

    def work(session: Session) -> None:
        _with_grant(session, **changes)
        for event in events:
            granting.record(session, _WHOLE, event, by=CLERK, at=AT)

    return in_small_trust(work)


def _event(step: Step, amount: str = "0.00", **said: Any) -> GrantEvent:
    day = said.pop("day", date(2003, 6, 10))
    reference = said.pop("reference", f"{step.value} {day.isoformat()}")
    return GrantEvent(step=step, day=day, reference=reference, amount=_POUNDS(amount), **said)


def _cut(*names: str, **said: Any) -> Run:
    def work(session: Session) -> object:
        _with_grant(session)
        cut = granting.Cut(reference="circular 7", day=date(2003, 6, 1), year=YEAR, **said)
        return granting.slice_top(session, names, cut, by=CLERK, at=AT)

    return in_small_trust(work)


def _claim(session: Session, amount: str | None) -> object:
    _with_grant(session, needs_plan=False)
    if amount is not None:
        data = extract([row(1, "300.00")])
        rule = CodingRule.model_validate({"priority": 1, "fund": "special", **FOSTERING_RULE})
        session.add(CodingRuleRow(code=rule.code, priority=1, contents=rule.model_dump_json()))
        load_in(session, data)
    return granting.claim(
        session,
        _WHOLE,
        Period(YEAR, 6),
        day=date(2003, 10, 1),
        reference="claim 1",
        amount=_POUNDS(amount) if amount else None,
        by=CLERK,
        at=AT,
    )


_ACTION = PlanAction(
    number="1.1",
    title="Recruit twenty carers",
    owner="Fostering team",
    milestone=date(2003, 12, 31),
    planned=_POUNDS("400.00"),
)


def _plan(*actions: PlanAction) -> Plan:
    objective = PlanObjective(number="1", title="More choice of placements", actions=actions)
    return Plan(allocation=_WHOLE, year=YEAR, submitted=date(2003, 1, 30), objectives=(objective,))


def _submitted(session: Session, *plans: Plan) -> None:
    _with_grant(session)
    for one in plans:
        granting.submit_plan(session, one, reference="map 1", by=CLERK, at=AT)


def _noted(*progress: Progress, planned: bool = True) -> Run:
    def work(session: Session) -> None:
        _submitted(session, *([_plan(_ACTION)] if planned else []))
        for one in progress:
            granting.note_progress(session, _WHOLE, YEAR, one, reference="p1", by=CLERK, at=AT)

    return in_small_trust(work)


example(
    "spend_not_eligible",
    "Therapy is charged to a grant for fostering.",
    lambda: conditions.problems_in_spend(
        Line("Expenses:ThirdParty:Health", "therapy", date(2003, 6, 10), _POUNDS("100.00")), _FENCE
    ),
)


def _elsewhere(session: Session) -> object:
    _with_grant(session)
    made = load_in(session, extract([row(1, "300.00")]), fund="special", otherwise_fund="general")
    return [Problem(str(one["code"]), str(one["message"])) for one in made.warnings]


def _reversed(session: Session) -> object:
    _with_grant(session, needs_plan=False)
    paid = _event(Step.PAID, "400.00")
    number = granting.record(session, _WHOLE, paid, by=CLERK, at=AT).journal
    return posting.reverse(session, number, reason="Paid twice.", by=CLERK, at=AT)


example(
    "grant_journal_not_reversed",
    "An instalment that bounced is reversed in the books.",
    in_small_trust(_reversed),
)
example(
    "line_goes_to_another_fund",
    "A line that no rule knows is loaded into a grant's fund, with another fund named for those.",
    in_small_trust(_elsewhere),
)
example(
    "grant_unknown",
    "An allocation is of a grant that was not taken on.",
    in_small_trust(
        lambda session: granting.allocate(
            session, allocation(), announced=date(2003, 4, 1), by=CLERK, at=AT
        )
    ),
)
example(
    "grant_not_shipped",
    "A grant of the council's own is asked for as shipped.",
    lambda: GrantAsked(code="county-grant", shipped=True).programme(),
)
example(
    "grant_incomplete",
    "A grant is given its title alone.",
    lambda: GrantAsked(code="county-grant", title="County grant").programme(),
)
example(
    "grant_income_account_unfit",
    "A grant is to be earned as charges to families.",
    lambda: programme.problems_in(special(income="Income:ClientCharges")),
)
example(
    "grant_succeeds_itself",
    "A grant is said to go into itself.",
    lambda: programme.problems_in(special(successors=("special",))),
)


def _made_to_wait(session: Session) -> None:
    _with_grant(session)
    granting.keep_programme(session, special(needs_parliament=True), by=CLERK, at=AT)


example(
    "grant_has_allocations",
    "Parliament's approval is asked for once a grant is allocated.",
    in_small_trust(_made_to_wait),
)
example(
    "only_capital_is_carried",
    "A revenue grant is given the rule for capital.",
    lambda: programme.problems_in(special(unspent=Unspent.CARRY_FORWARD_CAPITAL)),
)
example(
    "purpose_unknown",
    "A quarter is tied to a purpose the grant does not have.",
    lambda: conditions.problems_in(
        [],
        [Condition(code="c", wording="A quarter.", purpose="youth-crime", at_least_percent=25)],
    ),
)
example(
    "purpose_repeated",
    "Two purposes are both called carers.",
    lambda: conditions.problems_in(
        [Purpose(code="carers", title="Carers"), Purpose(code="carers", title="Payments")], []
    ),
)
example(
    "condition_tests_nothing",
    "A condition is words alone.",
    lambda: conditions.problems_in([], [Condition(code="c", wording="To be used wisely.")]),
)
example(
    "condition_ends_before_it_starts",
    "The days of a condition are the wrong way round.",
    lambda: conditions.problems_in(
        [],
        [
            Condition(
                code="c",
                wording="In the year only.",
                not_before=YEAR.ends,
                not_after=YEAR.starts,
            )
        ],
    ),
)
example(
    "least_share_incomplete",
    "A percentage has no purpose.",
    lambda: conditions.problems_in(
        [], [Condition(code="c", wording="A quarter.", at_least_percent=25)]
    ),
)
example(
    "allocation_unknown",
    "A payment is of an allocation nobody recorded.",
    in_small_trust(
        lambda session: granting.record(
            session, "special/2009-10", _event(Step.PAID, "10.00"), by=CLERK, at=AT
        )
    ),
)


def _allocate(given: allocations.Allocation) -> Run:
    def work(session: Session) -> object:
        _with_grant(session)
        return granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)

    return in_small_trust(work)


example(
    "allocation_recorded_otherwise",
    "An allocation is recorded again with another amount.",
    _allocate(allocation(core=_POUNDS("1200.00"))),
)
example(
    "allocation_overlaps",
    "A second allocation of a grant is recorded for the same year.",
    _allocate(allocation(reference="special/again")),
)
example(
    "ring_fence_needs_own_fund",
    "A ring-fenced grant is to be kept with a pool's money.",
    _allocate(allocation(reference="special/pool", fund="camhs")),
)
example(
    "allocation_period_missing",
    "An allocation says neither its year nor its days.",
    lambda: AllocationAsked(
        reference="special/2003-04",
        grant="special",
        authority="council",
        fund="special",
        announced=date(2003, 4, 1),
        core=_POUNDS("1000.00"),
    ).allocation(),
)
example(
    "allocation_ends_before_it_starts",
    "The days of an allocation are the wrong way round.",
    lambda: allocations.problems_in(allocation(starts=YEAR.ends, ends=YEAR.starts)),
)
example(
    "allocation_not_above_nil",
    "An allocation of nothing is recorded.",
    lambda: allocations.problems_in(allocation(core=_POUNDS("0.00"))),
)
example(
    "transfers_below_core",
    "The two figures of an allocation are exchanged.",
    lambda: allocations.problems_in(allocation(with_transfers=_POUNDS("900.00"))),
)
example(
    "years_do_not_come_to_allocation",
    "A year is given £900.00 of £1,000.00.",
    lambda: allocations.problems_in(
        allocation(years=(GrantYear(year=YEAR, amount=_POUNDS("900.00")),))
    ),
)
example(
    "years_of_allocation_differ",
    "An allocation of two years names one.",
    lambda: allocations.problems_in(allocation(ends=date(2005, 3, 31))),
)
example(
    "year_of_allocation_below_nil",
    "A year takes from the other.",
    lambda: allocations.problems_in(
        allocation(
            ends=date(2005, 3, 31),
            years=(
                GrantYear(year=YEAR, amount=_POUNDS("1200.00")),
                GrantYear(year=FinancialYear(2004), amount=_POUNDS("-200.00")),
            ),
        )
    ),
)
example(
    "year_not_of_allocation",
    "A cut is for a year the allocation does not have.",
    _after(_event(Step.REVISED, "-10.00", year=FinancialYear(2009))),
)
example("allocation_named_twice", "A cut names an allocation twice.", _cut(_WHOLE, _WHOLE))
example(
    "cut_unfit",
    "A cut of £10.50 is to be spread.",
    _cut(_WHOLE, total=_POUNDS("10.50")),
)
example(
    "grant_event_recorded_otherwise",
    "An instalment is recorded again with another amount.",
    _after(
        _event(Step.PAID, "10.00", reference="instalment 1"),
        _event(Step.PAID, "20.00", reference="instalment 1"),
    ),
)
example(
    "grant_event_out_of_order",
    "A payment of May is recorded after the assessment of June.",
    _after(_event(Step.PLAN_ASSESSED), _event(Step.PAID, "10.00", day=date(2003, 5, 1))),
)
example(
    "grant_step_too_early",
    "A claim is certified that was never made.",
    _after(_event(Step.CERTIFIED, "10.00", year=YEAR)),
)
example(
    "grant_step_too_late",
    "A grant is revised after its claim was certified.",
    _after(
        _event(Step.CLAIMED, "10.00", year=YEAR),
        _event(Step.CERTIFIED, "10.00", year=YEAR, day=date(2003, 6, 11)),
        _event(Step.REVISED, "-10.00", year=YEAR, day=date(2003, 6, 12)),
    ),
)
example(
    "grant_step_taken_before",
    "Parliament is said to approve a grant report twice.",
    _after(
        _event(Step.PARLIAMENT_APPROVED),
        _event(Step.PARLIAMENT_APPROVED, day=date(2003, 6, 11)),
    ),
)
example("grant_amount_unfit", "An instalment of nothing is paid.", _after(_event(Step.PAID)))
example(
    "grant_amount_too_large",
    "More is taken back than the grant gives.",
    _after(_event(Step.CLAWED_BACK, "1000.01", year=YEAR)),
)


def _spread_too_much(session: Session) -> None:
    keep_accounts(session)
    granting.keep_programme(session, special(), by=CLERK, at=AT)
    given = allocation(unspent=Unspent.RE_PROFILE)
    granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)
    spread = _event(Step.REVISED, year=YEAR, quarters=(_POUNDS("300"),) * 4)
    granting.record(session, _WHOLE, spread, by=CLERK, at=AT)


example(
    "grant_quarters_unfit",
    "Quarters of £300 each are said of a year of £1,000.",
    in_small_trust(_spread_too_much),
)
example(
    "grant_not_re_profiled",
    "Money is moved between the quarters of a grant whose rule is to return it.",
    _after(_event(Step.REVISED, year=YEAR, quarters=(_POUNDS("250"),) * 4)),
)
example(
    "grant_not_carried_forward",
    "A grant that is to be returned is carried forward.",
    _after(_event(Step.CARRIED_FORWARD, "10.00", year=YEAR)),
)


def _carried_late(session: Session) -> None:
    keep_accounts(session)
    granting.keep_programme(session, special(), by=CLERK, at=AT)
    given = allocation(unspent=Unspent.CARRY_FORWARD_REVENUE)
    granting.allocate(session, given, announced=date(2003, 4, 1), by=CLERK, at=AT)
    carried = _event(Step.CARRIED_FORWARD, "10.00", year=YEAR, day=date(2004, 4, 25))
    granting.record(session, _WHOLE, carried, by=CLERK, at=AT)


example(
    "grant_carried_too_late",
    "What was left on 31 March is carried forward on 25 April.",
    in_small_trust(_carried_late),
)
example(
    "grant_recognised_already",
    "An assessment says no after the grant was recognised.",
    _after(
        _event(Step.PLAN_ASSESSED),
        _event(Step.PLAN_ASSESSED, day=date(2003, 7, 1), confirmed=False),
    ),
)
example(
    "nothing_to_claim",
    "A claim is made before anything is spent.",
    in_small_trust(lambda session: _claim(session, None)),
)
example(
    "claim_differs_from_books",
    "A claim is worked out beside the books.",
    in_small_trust(lambda session: _claim(session, "310.00")),
)
_DONE = Progress(action="1.1", day=date(2003, 9, 30), state=ActionState.DONE)
example(
    "plan_unknown", "Progress is noted on a plan nobody submitted.", _noted(_DONE, planned=False)
)
example(
    "plan_recorded_otherwise",
    "A plan is recorded again with another action.",
    in_small_trust(
        lambda session: _submitted(
            session, _plan(_ACTION), _plan(replace(_ACTION, title="Recruit thirty carers"))
        )
    ),
)
example("plan_has_no_actions", "A plan has objectives alone.", lambda: plan.problems_in(_plan()))
example(
    "plan_action_repeated",
    "Two actions are numbered 1.1.",
    lambda: plan.problems_in(_plan(_ACTION, _ACTION)),
)
example(
    "plan_action_unknown",
    "Progress is noted on an action the plan does not have.",
    _noted(replace(_DONE, action="9.9")),
)
example(
    "planned_spend_below_nil",
    "An action is to bring money in.",
    lambda: plan.problems_in(_plan(replace(_ACTION, planned=_POUNDS("-1.00")))),
)
example(
    "progress_recorded_otherwise",
    "One reference is said to be two things.",
    _noted(_DONE, replace(_DONE, state=ActionState.UNDER_WAY)),
)
