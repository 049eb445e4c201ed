"""Services of pooled funds, their settlement and grants."""

from datetime import date

from sqlmodel import Session

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
from tests.people.walked.service import DUE, Service
from tests.support import grants
from tests.support.risk_shares import share_a_risk, two_thirds
from tests.support.trusts import AT, YEAR, journal
from trust_commissioning import (
    closing,
    granting,
    pooling,
    posting,
    settling,
)
from trust_commissioning.pooling.asked import AgreementAsked, ContributionAsked
from trust_commissioning.roles import Action
from trust_commissioning.store.tables import AccountRow


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
}
