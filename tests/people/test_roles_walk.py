"""Every service, asked by a person of every role, acts for those who hold its action only."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FunctionType

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from ledger.accrual import Timing
from ledger.budget import BudgetLine
from ledger.forecast import Method
from ledger.grant import life as grant_life
from ledger.grant.plan import ActionState, Plan, PlanAction, PlanObjective, Progress
from ledger.grant.programme import Unspent
from ledger.money import Money
from ledger.periods import Period
from ledger.pool.agreement import (
    AccountingRole,
    Appointment,
    Direction,
    RolePlaced,
    Termination,
    Variation,
)
from ledger.pool.disputes import Step, StepKind
from ledger.pool.noted import ConnexionsPlan, Office, OfficeHeld, Planned
from ledger.problems import Refused
from ledger.profile import ProfileSaid, Shape
from ledger.year_end import YearEnd
from tests.support import grants
from tests.support.risk_shares import share_a_risk, two_thirds
from tests.support.trusts import AT, CLERK, YEAR, found_small_trust, journal
from trust_commissioning import (
    applying,
    backing_up,
    budgeting,
    closing,
    granting,
    issuing,
    people,
    pooling,
    posting,
    settling,
)
from trust_commissioning.clock import as_text
from trust_commissioning.files.budgets import BudgetRow
from trust_commissioning.files.columns import Profile
from trust_commissioning.importing.journals_file import load_journals
from trust_commissioning.importing.loading import SpendOptions, load_spend
from trust_commissioning.importing.profiles import save_profile
from trust_commissioning.pooling.asked import AgreementAsked, ContributionAsked
from trust_commissioning.reports import Scope
from trust_commissioning.roles import MAY, Action, Role
from trust_commissioning.store import engine_for, journals, migrate, transaction
from trust_commissioning.store.tables import AccountRow, PersonRow

PASSWORD = "vadok benuz horap"
SPEND = b"Date,Supplier,Reference,Amount\n30/04/2003,Oakfield,T-1,10.00\n"
JOURNALS = (
    b"reference,fund,date,narration,account,amount\n"
    b"R1,general,30/04/2003,one,Expenses:Unallocated,10.00\n"
    b"R1,general,30/04/2003,one,Assets:HostCash,-10.00\n"
)
BUDGET = b"fund,account,service,amount\ngeneral,Expenses:ThirdParty:FosterCare,fostering,100.00\n"
PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"


@dataclass(frozen=True)
class Service:
    """One service that acts: what it takes to ask it, and the action that lets one."""

    action: Action
    ask: Callable[[Session, str], object]
    before: Callable[[Session, str], object] = lambda _session, _by: None


def submitted(session: Session, _by: str) -> None:
    """A journal of another person's waits."""
    posting.submit(session, journal(PAID), by=CLERK, at=AT)


def waiting(session: Session) -> int:
    """The id of the journal that waits."""
    (one,) = journals.waiting(session)
    return one.id


def own_draft(session: Session, by: str) -> None:
    _as_officer(session, by, lambda: posting.save_draft(session, journal(PAID), by=by, at=AT))


def own_submitted(session: Session, by: str) -> None:
    _as_officer(session, by, lambda: posting.submit(session, journal(PAID), by=by, at=AT))


def _as_officer(session: Session, by: str, work: Callable[[], object]) -> None:
    """What somebody entered before they were given the role they have now."""
    row = session.get_one(PersonRow, by)
    role, row.role = row.role, Role.FINANCE_OFFICER.value
    session.flush()
    work()
    row.role = role
    session.flush()


def posted(session: Session, _by: str) -> None:
    posting.post(session, journal(PAID), by=CLERK, at=AT)


def with_budget(session: Session, _by: str) -> None:
    row = BudgetRow(account="Expenses:ThirdParty:FosterCare", amount=Money(10000))
    budgeting.set_budget(session, "general", YEAR, [row], by="x.admin", at=AT)


ACCRUAL = closing.Accrual(
    timing=Timing.ACCRUAL,
    fund="general",
    period=Period(YEAR, 1),
    reference="A-1",
    account="Expenses:ThirdParty:Health",
    reason="Not invoiced",
    amount=Money(100),
)


def reversal_left(session: Session, by: str) -> None:
    """An accrual of a closed month, of which the reversal was kept as a draft meanwhile."""
    id = closing.accrue(session, ACCRUAL, by=CLERK, at=AT)
    number = posting.post_submitted(session, id, by="x.admin", at=AT)
    draft = posting.reverse(session, number, reason="Twice", by=CLERK, at=AT)
    posting.send_back(session, draft, by="x.admin", at=AT, reason="Once")
    closed(session, by)
    posting.withdraw(session, draft, by=CLERK, at=AT)


def closed(session: Session, _by: str) -> None:
    closing.close(session, ACCRUAL.period, by=CLERK, at=AT, reason="Known")


def asked_to_reopen(session: Session, by: str) -> None:
    closed(session, by)
    closing.ask_reopening(session, ACCRUAL.period, reason="Late", by=CLERK, at=AT)


def all_closed(session: Session, _by: str) -> None:
    for period in YEAR.periods[:12]:
        closing.close(session, period, by=CLERK, at=AT, reason="Known")


def with_risk_shared(session: Session, _by: str) -> None:
    share_a_risk(session, "camhs")


def with_march_closed(session: Session, by: str) -> None:
    with_risk_shared(session, by)
    pooling.raise_due(session, YEAR.ends, by="x.admin", at=AT)
    for period in YEAR.periods[:12]:
        closing.close(session, period, by="x.admin", at=AT, reason="Known and small")


GRANT = "special/2003-04"
CARRIED_ON = grants.allocation(unspent=Unspent.CARRY_FORWARD_REVENUE)
PAID_BY_PAYER = grant_life.GrantEvent(
    step=grant_life.Step.PAID, day=AT.date(), reference="paid", amount=Money(100)
)
ASSESSED = grant_life.GrantEvent(
    step=grant_life.Step.PLAN_ASSESSED, day=AT.date(), reference="assessed"
)
PLAN = Plan(
    allocation=GRANT,
    year=YEAR,
    submitted=AT.date(),
    objectives=(
        PlanObjective(
            number="1",
            title="Choice",
            actions=(
                PlanAction(
                    number="1.1",
                    title="Recruit carers",
                    owner="Fostering team",
                    milestone=AT.date(),
                    planned=Money(100),
                ),
            ),
        ),
    ),
)
PROGRESS = Progress(action="1.1", day=AT.date(), state=ActionState.DONE)


def with_grant(session: Session, _by: str) -> None:
    """A grant of £1,000.00 whose plan is assessed, which may be carried forward."""
    grants.keep_accounts(session)
    granting.keep_programme(session, grants.programme(), by="x.admin", at=AT)
    granting.allocate(session, CARRIED_ON, announced=YEAR.starts, by="x.admin", at=AT)


def with_plan(session: Session, by: str) -> None:
    with_grant(session, by)
    granting.submit_plan(session, PLAN, reference="map", by="x.admin", at=AT)


def with_spent_grant(session: Session, by: str) -> None:
    with_grant(session, by)
    text = "Expenses:ThirdParty:FosterCare 1.00 service=fostering/Assets:HostCash -1.00"
    posting.post(session, journal(text, fund="special"), by="x.admin", at=AT)


LINES = (
    (BudgetLine("Expenses:ThirdParty:FosterCare", ""), Money(-1000)),
    (BudgetLine("Expenses:ThirdParty:Health", ""), Money(1000)),
)
OPEN_ROUTE = budgeting.VirementRule.model_validate({"code": "any", "route": {"allowed": True}})


def with_open_route(session: Session, by: str) -> None:
    with_budget(session, by)
    budgeting.keep_rule(session, OPEN_ROUTE, by="x.admin", at=AT)


DUE = date(2003, 4, 30)
AGREEMENT = AgreementAsked.model_validate(
    {
        "reference": "pool",
        "fund": "camhs",
        "title": "The pool",
        "starts": date(2003, 4, 1),
        "parties": [
            {"partner": "council", "body": "local_authority"},
            {"partner": "pct", "body": "primary_care_trust"},
        ],
        "deliveries": [{"service": "therapy", "partner": "pct", "regime": "nhs"}],
    }
)
GIVEN = ContributionAsked.model_validate(
    {
        "fund": "camhs",
        "partner": "pct",
        "year": "2003-04",
        "instalments": [{"day": DUE, "amount": "100.00"}],
    }
)
NOTICE = Termination(
    notice_day=DUE, ends=date(2003, 12, 31), by_partner="pct", reason="x", reference="T"
)


def with_pool(session: Session, _by: str) -> None:
    session.add(AccountRow(name="Expenses:VatIrrecoverable", title="VAT"))
    session.add(AccountRow(name="Liabilities:DepositsHeld", title="Deposits"))
    session.flush()
    pooling.agree(session, AGREEMENT.read(), by="x.admin", at=AT)


def ended(session: Session, by: str) -> None:
    with_pool(session, by)
    pooling.terminate(session, "pool", NOTICE, by="x.admin", at=AT)


def with_owed(session: Session, by: str) -> None:
    with_pool(session, by)
    pooling.record(session, GIVEN.read(), by="x.admin", at=AT)
    pooling.raise_due(session, DUE, by="x.admin", at=AT)


def with_held(session: Session, by: str) -> None:
    """Money of the partner came before its instalment was raised."""
    session.add(AccountRow(name="Liabilities:ContributionsInAdvance", title="In advance"))
    with_pool(session, by)
    pooling.receive(
        session,
        reference="R",
        fund="camhs",
        partner="pct",
        amount=Money(100),
        day=AT.date(),
        by="x.admin",
        at=AT,
    )
    pooling.record(session, GIVEN.read(), by="x.admin", at=AT)
    pooling.raise_due(session, DUE, by="x.admin", at=AT)


def disputed(session: Session, *, by: str) -> object:
    return pooling.dispute(
        session,
        reference="D",
        contribution=GIVEN.key,
        instalment=DUE,
        amount=Money(100),
        day=AT.date(),
        reason="x",
        by=by,
        at=AT,
    )


def with_disputed(session: Session, by: str) -> None:
    with_owed(session, by)
    disputed(session, by="x.admin")


SERVICES: dict[str, Service] = {
    "posting.post": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.post(s, journal(PAID), by=by, at=AT)
    ),
    "posting.save_draft": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.save_draft(s, journal(PAID), by=by, at=AT)
    ),
    "posting.submit": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.submit(s, journal(PAID), by=by, at=AT)
    ),
    "posting.withdraw": Service(
        Action.ENTER_JOURNAL, lambda s, by: posting.withdraw(s, waiting(s), by=by, at=AT), own_draft
    ),
    "posting.send_back": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        submitted,
    ),
    "posting.send_back of one's own": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: posting.send_back(s, waiting(s), by=by, at=AT, reason="the wrong day"),
        own_submitted,
    ),
    "posting.post_submitted": Service(
        Action.POST_JOURNAL,
        lambda s, by: posting.post_submitted(s, waiting(s), by=by, at=AT),
        submitted,
    ),
    "posting.reverse": Service(
        Action.REVERSE_JOURNAL,
        lambda s, by: posting.reverse(s, "2003-04/000001", reason="twice", by=by, at=AT),
        posted,
    ),
    "closing.close": Service(
        Action.CLOSE_PERIOD,
        lambda s, by: closing.close(
            s, Period.parse("2003-04 P01"), by=by, at=AT, reason="Known and small"
        ),
    ),
    "closing.accrue": Service(
        Action.ENTER_JOURNAL, lambda s, by: closing.accrue(s, ACCRUAL, by=by, at=AT)
    ),
    "closing.post_reversals": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: closing.post_reversals(s, by=by, at=AT),
        reversal_left,
    ),
    "closing.tell_host_balance": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: closing.tell_host_balance(
            s, ACCRUAL.period, fund="general", amount=Money(100), document="A", by=by, at=AT
        ),
    ),
    "closing.ask_reopening": Service(
        Action.REOPEN_PERIOD,
        lambda s, by: closing.ask_reopening(s, ACCRUAL.period, reason="Late", by=by, at=AT),
        closed,
    ),
    "closing.agree_reopening": Service(
        Action.REOPEN_PERIOD,
        lambda s, by: closing.agree_reopening(s, ACCRUAL.period, by=by, at=AT),
        asked_to_reopen,
    ),
    "closing.tell_year_end_rule": Service(
        Action.KEEP_POOL,
        lambda s, by: closing.tell_year_end_rule(
            s, "camhs", YEAR, rule=YearEnd.CARRY_FORWARD, clause="12", by=by, at=AT
        ),
    ),
    "closing.close_year": Service(
        Action.CLOSE_YEAR,
        lambda s, by: closing.close_year(s, YEAR, by=by, at=AT, reason="Known"),
        all_closed,
    ),
    "budgeting.set_budget": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: budgeting.set_budget(
            s,
            "general",
            YEAR,
            [BudgetRow(account="Expenses:ThirdParty:Health", amount=Money(100))],
            by=by,
            at=AT,
        ),
    ),
    "budgeting.load_budget": Service(
        Action.IMPORT_FILE,
        lambda s, by: budgeting.load_budget(s, BUDGET, "budget.csv", by=by, at=AT),
    ),
    "budgeting.vire": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: budgeting.vire(
            s,
            "general",
            LINES,
            day=AT.date(),
            reference="V1",
            reason="more children in care",
            by=by,
            at=AT,
        ),
        with_budget,
    ),
    "budgeting.vire_between": Service(
        Action.ENTER_JOURNAL,
        lambda s, by: budgeting.vire_between(
            s,
            [("general", LINES[0][0], LINES[0][1]), ("camhs", LINES[1][0], LINES[1][1])],
            day=AT.date(),
            reference="V2",
            reason="the pool pays",
            by=by,
            at=AT,
        ),
        with_open_route,
    ),
    "budgeting.keep_rule": Service(
        Action.CHANGE_REGISTER, lambda s, by: budgeting.keep_rule(s, OPEN_ROUTE, by=by, at=AT)
    ),
    "budgeting.set_profile": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: budgeting.set_profile(
            s, "general", YEAR, LINES[0][0], ProfileSaid(Shape.SEASONAL, (1,) * 12), by=by, at=AT
        ),
    ),
    "budgeting.set_forecast": Service(
        Action.FORECAST,
        lambda s, by: budgeting.set_forecast(
            s,
            "general",
            LINES[0][0],
            budgeting.ForecastSaid(method=Method.COMMITTED, reason="all is promised"),
            period=Period(YEAR, 1),
            by=by,
            at=AT,
        ),
    ),
    "importing.load_spend": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_spend(
            s, SPEND, name="april.csv", options=SpendOptions(fund="general"), by=by, at=AT
        ),
    ),
    "importing.load_journals": Service(
        Action.IMPORT_FILE,
        lambda s, by: load_journals(s, JOURNALS, name="journals.csv", by=by, at=AT),
    ),
    "importing.save_profile": Service(
        Action.IMPORT_FILE,
        lambda s, by: save_profile(s, Profile(name="ours"), by=by, at=AT),
    ),
    "applying.apply": Service(
        Action.CHANGE_REGISTER,
        lambda s, by: applying.apply(
            s, applying.read("partners: [{code: yot, name: Youth offending team}]"), by=by, at=AT
        ),
    ),
    "applying.apply of people": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: applying.apply(
            s,
            applying.read("people: [{username: j.okafor, name: Jo Okafor, role: auditor}]"),
            by=by,
            at=AT,
        ),
    ),
    "issuing.issue": Service(
        Action.ISSUE_REPORT,
        lambda s, by: issuing.issue(
            s,
            issuing.Paper(report="fund-position", scope=Scope(None, YEAR), reference="r"),
            by=by,
            at=AT,
        ),
    ),
    "settling.agree_risk_share": Service(
        Action.KEEP_POOL,
        lambda s, by: settling.agree_risk_share(
            s, "camhs", two_thirds(), reference="R", by=by, at=AT
        ),
    ),
    "settling.suspend_risk_share": Service(
        Action.KEEP_POOL,
        lambda s, by: settling.suspend_risk_share(
            s,
            "camhs",
            two_thirds(),
            reference="S",
            starts=date(2003, 10, 1),
            ends=None,
            reason="x",
            by=by,
            at=AT,
        ),
        with_risk_shared,
    ),
    "settling.settle": Service(
        Action.CLOSE_YEAR,
        lambda s, by: settling.settle(s, "camhs", YEAR, reference="S", by=by, at=AT),
        with_march_closed,
    ),
    "granting.keep_programme": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.keep_programme(s, grants.programme(title="Another"), by=by, at=AT),
        with_grant,
    ),
    "granting.allocate": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.allocate(s, CARRIED_ON, announced=YEAR.starts, by=by, at=AT),
        with_grant,
    ),
    "granting.record": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.record(s, GRANT, PAID_BY_PAYER, by=by, at=AT),
        with_grant,
    ),
    "granting.slice_top": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.slice_top(
            s,
            [GRANT],
            granting.Cut(reference="cut", day=AT.date(), year=YEAR, total=Money(100)),
            by=by,
            at=AT,
        ),
        with_grant,
    ),
    "granting.submit_plan": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.submit_plan(s, PLAN, reference="map", by=by, at=AT),
        with_grant,
    ),
    "granting.assess_plan": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.assess_plan(s, GRANT, ASSESSED, by=by, at=AT),
        with_plan,
    ),
    "granting.note_progress": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.note_progress(s, GRANT, YEAR, PROGRESS, reference="p", by=by, at=AT),
        with_plan,
    ),
    "granting.claim": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.claim(
            s, GRANT, Period(YEAR, 6), day=AT.date(), reference="claim", by=by, at=AT
        ),
        with_spent_grant,
    ),
    "granting.carry_forward": Service(
        Action.KEEP_GRANTS,
        lambda s, by: granting.carry_forward(
            s, GRANT, YEAR, day=AT.date(), reference="carried", by=by, at=AT
        ),
        with_grant,
    ),
    "pooling.agree": Service(
        Action.KEEP_POOL, lambda s, by: pooling.agree(s, AGREEMENT.read(), by=by, at=AT)
    ),
    "pooling.vary": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.vary(
            s, "pool", Variation(starts=DUE, reference="V", reason="x"), by=by, at=AT
        ),
        with_pool,
    ),
    "pooling.appoint": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.appoint(
            s,
            "pool",
            host=Appointment(starts=DUE, holder="pct", reason="x", reference="A"),
            by=by,
            at=AT,
        ),
        with_pool,
    ),
    "pooling.direct": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.direct(
            s,
            "pool",
            Direction(starts=DUE, reference="D", directs="budgets_pooled", words="x"),
            by=by,
            at=AT,
        ),
        with_pool,
    ),
    "pooling.place": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.place(
            s,
            "pool",
            RolePlaced(starts=DUE, role=AccountingRole.JOINT),
            "R",
            by=by,
            at=AT,
        ),
        with_pool,
    ),
    "pooling.terminate": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.terminate(s, "pool", NOTICE, by=by, at=AT),
        with_pool,
    ),
    "pooling.wind_up": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.wind_up(s, "pool", NOTICE.ends, "Settled", name="W", by=by, at=AT),
        ended,
    ),
    "pooling.record": Service(
        Action.KEEP_POOL, lambda s, by: pooling.record(s, GIVEN.read(), by=by, at=AT)
    ),
    "pooling.schedule": Service(
        Action.KEEP_POOL, lambda s, by: pooling.schedule(s, GIVEN.read(), by=by, at=AT)
    ),
    "pooling.change": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.change(
            s,
            GIVEN.model_copy(update={"recurrent": False}).read(),
            reference="C",
            day=DUE,
            reason="x",
            by=by,
            at=AT,
        ),
        with_owed,
    ),
    "pooling.raise_due": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.raise_due(s, DUE, by=by, at=AT),
        lambda s, _by: pooling.record(s, GIVEN.read(), by="x.admin", at=AT),
    ),
    "pooling.receive": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.receive(
            s,
            reference="R",
            fund="camhs",
            partner="pct",
            amount=Money(100),
            day=AT.date(),
            by=by,
            at=AT,
        ),
        with_owed,
    ),
    "pooling.match_held": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.match_held(s, "R", day=AT.date(), reference="M", by=by, at=AT),
        with_held,
    ),
    "pooling.dispute": Service(Action.KEEP_POOL, lambda s, by: disputed(s, by=by), with_owed),
    "pooling.take_step": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.take_step(
            s,
            "D",
            Step(reference="E", day=AT.date(), kind=StepKind.WITHDRAWN, words="x"),
            by=by,
            at=AT,
        ),
        with_disputed,
    ),
    "pooling.chase": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.chase(
            s, "camhs", "pct", reference="L", day=AT.date(), to="Finance", by=by, at=AT
        ),
        with_owed,
    ),
    "pooling.hold_office": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.hold_office(
            s,
            OfficeHeld(office=Office.DIRECTOR, name="Dora", starts=DUE, reason=""),
            reference="O",
            by=by,
            at=AT,
        ),
    ),
    "pooling.plan_next": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.plan_next(
            s, "camhs", Planned(partner="pct", year=YEAR.next), reference="P", day=DUE, by=by, at=AT
        ),
    ),
    "pooling.sign_off": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.sign_off(
            s,
            ConnexionsPlan(area="Weald", year=YEAR.next, resource=Money(100)),
            reference="CX",
            day=DUE,
            by=by,
            at=AT,
        ),
    ),
    "pooling.enter_vat": Service(
        Action.KEEP_POOL,
        lambda s, by: pooling.enter_vat(
            s,
            reference="VAT",
            fund="camhs",
            service="therapy",
            net=Money(1000),
            vat=Money(175),
            gross=Money(1175),
            day=AT.date(),
            words="VAT of therapy",
            by=by,
            at=AT,
        ),
        with_pool,
    ),
    "people.add": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.add(
            s, "j.okafor", name="Jo Okafor", role=Role.ADMINISTRATOR, by=by, at=AT
        ),
    ),
    "people.change": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.change(s, CLERK, name="Hana Other", by=by, at=AT),
    ),
    "people.set_role": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, CLERK, Role.AUDITOR, by=by, at=AT),
    ),
    "people.set_role of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_role(s, by, Role.ADMINISTRATOR, by=by, at=AT),
    ),
    "people.disable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.disable(s, CLERK, by=by, at=AT)
    ),
    "people.enable": Service(
        Action.MANAGE_PEOPLE, lambda s, by: people.enable(s, CLERK, by=by, at=AT)
    ),
    "people.set_password": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, CLERK, PASSWORD, by=by, at=AT),
    ),
    "people.set_password of oneself": Service(
        Action.MANAGE_PEOPLE,
        lambda s, by: people.set_password(s, by, PASSWORD, by=by, at=AT),
    ),
}


def asker(role: Role) -> str:
    return f"one.{role.value}".replace("_", "-")


class _TakenBack(Exception):
    """Ends a unit of work so that nothing of it is kept."""


@contextmanager
def tried(engine: Engine) -> Iterator[Session]:
    """The small trust with a person of each role; whatever is done is taken back."""
    try:
        with transaction(engine) as session:
            for role in Role:
                session.add(
                    PersonRow(
                        username=asker(role), name="One", role=role.value, created_at=as_text(AT)
                    )
                )
            session.flush()
            yield session
            raise _TakenBack
    except _TakenBack:
        pass


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_acts_for_the_roles_that_hold_its_action_and_refuses_the_others(engine, name):
    service, refused = SERVICES[name], {}
    for role in Role:
        with tried(engine) as session:
            by = asker(role)
            service.before(session, by)
            try:
                service.ask(session, by)
            except Refused as refusal:
                refused[role] = refusal.codes

    assert refused == dict.fromkeys(set(Role) - MAY[service.action], ("not_permitted",))


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_refuses_somebody_unknown_and_somebody_whose_account_is_disabled(engine, name):
    service = SERVICES[name]
    with tried(engine) as session:
        service.before(session, asker(Role.ADMINISTRATOR))
        session.get_one(PersonRow, asker(Role.ADMINISTRATOR)).active = False
        session.flush()

        with pytest.raises(Refused) as disabled:
            service.ask(session, asker(Role.ADMINISTRATOR))

    assert disabled.value.codes == ("person_not_active",)


def test_a_change_that_is_refused_is_not_in_the_audit_trail_and_changed_nothing(engine):
    with transaction(engine) as session, pytest.raises(Refused, match="may not manage people"):
        people.set_role(session, "a.auditor", Role.ADMINISTRATOR, by="a.auditor", at=AT)

    with transaction(engine) as session:
        assert people.find(session, "a.auditor").role is Role.AUDITOR


@pytest.mark.parametrize("role", list(Role))
def test_a_backup_is_put_back_by_an_administrator_only(tmp_path, role):
    url = f"sqlite:///{tmp_path / 'trust.sqlite3'}"
    file = tmp_path / "trust.zip"
    file.write_bytes(_backup())
    backing_up.restore(url, file, keep=tmp_path / "kept", by="", at=AT)

    def restored() -> object:
        by = asker(role)
        return backing_up.restore(url, file, keep=tmp_path / "kept", by=by, at=AT).by

    if role in MAY[Action.RESTORE_RECORD]:
        assert restored() == asker(role)
    else:
        with pytest.raises(Refused, match="may not put a backup in place"):
            restored()
        assert not (tmp_path / "kept").exists()


@cache
def _backup() -> bytes:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'trust.sqlite3'}"
        migrate(url)
        with transaction(engine_for(url)) as session:
            found_small_trust(session)
            for role in Role:
                row = PersonRow(
                    username=asker(role), name="One", role=role.value, created_at=as_text(AT)
                )
                session.add(row)
        backing_up.back_up(engine_for(url), Path(folder) / "trust.zip", at=AT)
        engine_for(url).dispose()
        return (Path(folder) / "trust.zip").read_bytes()


def test_the_walk_names_every_service_that_takes_who_asks():
    """A service added later is walked too, or says here why not."""
    not_walked = {
        # They only do what the door before them was asked, which is walked.
        "posting.post_many",
    }
    modules = {
        "posting": posting,
        "closing": closing,
        "budgeting": budgeting,
        "applying": applying,
        "people": people,
        "issuing": issuing,
        "granting": granting,
    }
    taking = {
        f"{name}.{one.__name__}"
        for name, module in modules.items()
        for one in vars(module).values()
        if isinstance(one, FunctionType)
        and one.__module__.startswith(module.__name__)
        and not one.__name__.startswith("_")
        and "by" in one.__annotations__
    }

    walked = {name.split(" ")[0] for name in SERVICES}
    assert taking - not_walked <= walked, json.dumps(sorted(taking - walked))
