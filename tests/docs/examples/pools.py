"""Examples of what stops an agreement, a contribution, a receipt or a dispute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlmodel import Session

from ledger.funds import FundKind, LegalBasis
from ledger.money import Money
from ledger.pool import agreement as agreement_rules
from ledger.pool import contributions as contribution_rules
from ledger.pool.agreement import (
    AccountingRole,
    Agreement,
    Appointment,
    Body,
    Limit,
    Party,
    RolePlaced,
    Termination,
    Terms,
    Variation,
)
from ledger.pool.contributions import Contribution, ContributionKind, Instalment
from ledger.pool.disputes import Step, StepKind
from ledger.pool.noted import ConnexionsPlan
from ledger.pool.vat import problems_in_line
from tests.docs.examples.journals import YEAR
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, CLERK
from trust_commissioning import pooling, posting
from trust_commissioning.store import journals
from trust_commissioning.store.tables import AccountRow

_DUE, _LATER = date(2003, 4, 30), date(2003, 7, 31)
_KEY = "camhs/2003-04/pct/cash"
_COUNCIL = Party(partner="council", body=Body.LOCAL_AUTHORITY)
_PCT = Party(partner="pct", body=Body.PRIMARY_CARE_TRUST)
_SIGNED = Agreement(
    reference="camhs-2003",
    fund="camhs",
    kind=FundKind.POOLED,
    basis=LegalBasis.HEALTH_ACT_1999_S31,
    title="CAMHS pooled fund agreement",
    parties=(_COUNCIL, _PCT),
    starts=date(2003, 4, 1),
    ends=date(2006, 3, 31),
    notice_months=12,
    terms=Terms(),
    hosts=(Appointment(starts=date(2003, 4, 1), holder="council", reason="As signed"),),
)
_NOTICE = Termination(
    notice_day=date(2003, 5, 1),
    ends=date(2004, 5, 1),
    by_partner="pct",
    reason="The board decided to part",
    reference="T-1",
)


def _wrong(**changed: Any) -> Run:
    return lambda: agreement_rules.problems_in(replace(_SIGNED, **changed))


def _pool(session: Session) -> None:
    """An agreement, and two instalments of a contribution: one raised, one to come."""
    session.add(
        AccountRow(
            name="Liabilities:ContributionsInAdvance", title="In advance", needs_partner=True
        )
    )
    session.add(AccountRow(name="Liabilities:DepositsHeld", title="Deposits held for others"))
    session.flush()
    pooling.agree(session, _SIGNED, by=CLERK, at=AT)
    parts = tuple(Instalment(day=day, amount=Money.parse("10000")) for day in (_DUE, _LATER))
    wanted = Contribution(key=_KEY, fund="camhs", year=YEAR, partner="pct", instalments=parts)
    pooling.record(session, wanted, by=CLERK, at=AT)
    pooling.raise_due(session, AT.date(), by=CLERK, at=AT)


def _in_pool(work: Callable[[Session], object]) -> Run:
    def run(session: Session) -> object:
        _pool(session)
        return work(session)

    return in_small_trust(run)


def _receive(session: Session, amount: str, *, reference: str = "R-1", **more: Any) -> object:
    asked: dict[str, Any] = {"partner": "pct", "fund": "camhs", "day": date(2003, 5, 1)} | more
    return pooling.receive(
        session, reference=reference, amount=Money.parse(amount), **asked, by=CLERK, at=AT
    )


def _pays(amount: str, day: date = _DUE) -> list[pooling.Payment]:
    return [pooling.Payment(_KEY, day, Money.parse(amount))]


def _match(session: Session, receipt: str = "R-1") -> object:
    return pooling.match_held(
        session, receipt, day=date(2003, 5, 1), reference="M-1", by=CLERK, at=AT
    )


def _after(amount: str, then: Callable[[Session], object], **more: Any) -> Run:
    def run(session: Session) -> object:
        _receive(session, amount, **more)
        return then(session)

    return _in_pool(run)


def _reverse(session: Session, source: str) -> int:
    first = next(one for one in journals.posted(session) if one.journal.source == source)
    return posting.reverse(session, first.number, reason="Bounced", by=CLERK, at=AT)


def _received_again(session: Session) -> object:
    posting.post_submitted(session, _reverse(session, "receipt"), by="x.admin", at=AT)
    return _receive(session, "100.00")


def _reversed_under_its_match(session: Session) -> object:
    pooling.raise_due(session, _LATER, by=CLERK, at=AT)
    _match(session)
    return _reverse(session, "receipt")


def _dispute(session: Session, amount: str = "4000.00", day: date = _DUE) -> object:
    return pooling.dispute(
        session,
        reference="D-1",
        contribution=_KEY,
        instalment=day,
        amount=Money.parse(amount),
        day=date(2003, 5, 1),
        reason="Two placements were not theirs",
        by=CLERK,
        at=AT,
    )


def _step(
    session: Session,
    kind: StepKind = StepKind.WITHDRAWN,
    reduced: str = "0.00",
    *,
    name: str = "E-1",
    day: date = date(2003, 5, 2),
    by: str = "x.admin",
) -> object:
    step = Step(reference=name, day=day, kind=kind, words="Agreed", reduced=Money.parse(reduced))
    return pooling.take_step(session, "D-1", step, by=by, at=AT)


def _disputed(then: Callable[[Session], object]) -> Run:
    def run(session: Session) -> object:
        _dispute(session)
        return then(session)

    return _in_pool(run)


def _wind_up(session: Session, day: date = date(2006, 4, 1)) -> object:
    return pooling.wind_up(session, "camhs-2003", day, "Settled", name="W-1", by=CLERK, at=AT)


def _wound_up(session: Session) -> object:
    pooling.agree(session, _SIGNED, by=CLERK, at=AT)
    _wind_up(session)
    varied = Variation(starts=date(2004, 4, 1), reference="V-1", reason="A new aim")
    return pooling.vary(session, "camhs-2003", varied, by=CLERK, at=AT)


def _terminated_twice(session: Session) -> object:
    pooling.terminate(session, "camhs-2003", _NOTICE, by=CLERK, at=AT)
    again = replace(_NOTICE, reference="T-2", by_partner="council")
    return pooling.terminate(session, "camhs-2003", again, by=CLERK, at=AT)


def _contribution(**changed: Any) -> Run:
    made = Contribution(
        key=_KEY,
        fund="camhs",
        year=YEAR,
        partner="pct",
        instalments=(Instalment(day=_DUE, amount=Money.parse("8200")),),
    )
    return lambda: contribution_rules.problems_in(replace(made, **changed))


def _vat(session: Session, vat: str) -> object:
    return pooling.enter_vat(
        session,
        reference="VAT-1",
        fund="camhs",
        service="therapy",
        net=Money.parse("1000"),
        vat=Money.parse(vat),
        gross=Money.parse("1000") + Money.parse(vat),
        day=date(2003, 5, 1),
        words="VAT of therapy",
        by=CLERK,
        at=AT,
    )


def _chase(session: Session) -> object:
    return pooling.chase(
        session,
        "camhs",
        "council",
        reference="L-1",
        day=date(2003, 6, 1),
        to="Director of Finance",
        by=CLERK,
        at=AT,
    )


def _sign_off(session: Session) -> object:
    plan = ConnexionsPlan(
        area="Weald", year=YEAR.next, resource=Money.parse("1250000"), signed_off=AT.date()
    )
    return pooling.sign_off(session, plan, reference="CX-1", day=AT.date(), by=CLERK, at=AT)


example(
    "event_recorded_otherwise",
    "A receipt's reference is used for another amount.",
    _after("100.00", lambda session: _receive(session, "101.00")),
)
example(
    "agreement_unknown",
    "A variation names an agreement that was never recorded.",
    in_small_trust(
        lambda session: pooling.vary(
            session,
            "camhs-2003",
            Variation(starts=date(2004, 4, 1), reference="V-1", reason="A new aim"),
            by=CLERK,
            at=AT,
        )
    ),
)
example(
    "agreement_needs_two_parties",
    "One body agrees with itself.",
    _wrong(parties=(_COUNCIL,)),
)
example("party_repeated", "A body is listed twice.", _wrong(parties=(_COUNCIL, _PCT, _PCT)))
example("agreement_ends_before_it_starts", "A year is mistyped.", _wrong(ends=date(2002, 3, 31)))
example(
    "fund_has_an_agreement",
    "A second agreement starts while the first one runs.",
    _in_pool(
        lambda session: pooling.agree(
            session,
            replace(_SIGNED, reference="camhs-2005", starts=date(2005, 4, 1), hosts=()),
            by=CLERK,
            at=AT,
        )
    ),
)
example(
    "host_is_no_party",
    "A host is named that did not sign.",
    _wrong(hosts=(Appointment(starts=date(2003, 4, 1), holder="yot", reason="x"),)),
)
example(
    "accounting_role_of_no_party",
    "A role is given to a body that did not sign.",
    _wrong(roles=(RolePlaced(starts=date(2003, 4, 1), role=AccountingRole.AGENT, partner="yot"),)),
)
example(
    "delegated_limit_not_above_nil",
    "A limit is left at nothing.",
    _wrong(limits=(Limit(who="The pool manager", decision="Placements", amount=Money(0)),)),
)
example(
    "variation_before_agreement",
    "The year of a variation is mistyped.",
    _wrong(variations=(Variation(starts=date(2002, 4, 1), reference="V-1", reason="A new aim"),)),
)
example(
    "termination_before_notice",
    "The days of a notice are the wrong way round.",
    _wrong(termination=replace(_NOTICE, ends=date(2003, 4, 30))),
)
example(
    "notice_too_short",
    "Three months' notice is given where twelve are agreed.",
    _wrong(termination=replace(_NOTICE, ends=date(2003, 8, 1))),
)
example(
    "agreement_already_terminated",
    "Both partners give notice, one after the other.",
    _in_pool(_terminated_twice),
)
example(
    "agreement_still_runs",
    "A fund is wound up in the middle of its agreement.",
    _in_pool(lambda session: _wind_up(session, date(2004, 3, 31))),
)
example(
    "fund_not_settled",
    "A fund is wound up while a partner owes it an instalment.",
    _in_pool(_wind_up),
)
example(
    "agreement_wound_up",
    "An agreement is varied after its fund was wound up.",
    in_small_trust(_wound_up),
)
example(
    "contribution_unknown",
    "A dispute names a contribution that is not in the schedule.",
    in_small_trust(_dispute),
)
example(
    "instalment_unknown",
    "A dispute names a day on which nothing falls due.",
    _in_pool(lambda session: _dispute(session, day=date(2003, 5, 31))),
)
example(
    "cash_contribution_valued",
    "Cash is given a basis of valuation.",
    _contribution(valuation="Market rent"),
)
example(
    "in_kind_contribution_net_of_charges",
    "Charges to families are taken off seconded staff.",
    _contribution(
        kind=ContributionKind.IN_KIND,
        account="Expenses:Employees:Seconded",
        client_charges=Money.parse("100"),
    ),
)
example(
    "client_charges_below_nil",
    "Charges are written with a minus.",
    _contribution(client_charges=-Money.parse("1800")),
)
example(
    "instalments_are_not_the_net_contribution",
    "The instalments come to the gross contribution.",
    _contribution(gross=Money.parse("8200"), client_charges=Money.parse("1800")),
)
example(
    "receipt_not_above_nil",
    "A receipt is entered with a minus.",
    _in_pool(lambda session: _receive(session, "-100.00")),
)
example(
    "receipt_unknown",
    "A receipt that was never entered is matched.",
    _in_pool(lambda session: _match(session, "R-7")),
)
example(
    "nothing_owed_there",
    "A receipt names an instalment that was not raised.",
    _in_pool(lambda session: _receive(session, "100.00", pays=_pays("100.00", _LATER))),
)
example(
    "payment_above_what_is_owed",
    "A receipt names more than the instalment.",
    _in_pool(lambda session: _receive(session, "12000.00", pays=_pays("12000.00"))),
)
example(
    "payments_above_receipt",
    "A receipt names more than came in.",
    _in_pool(lambda session: _receive(session, "100.00", pays=_pays("200.00"))),
)
example(
    "nothing_held",
    "A receipt that paid an instalment is matched again.",
    _after("100.00", _match),
)
example(
    "receipt_reversed",
    "A receipt that bounced and was reversed is sent again.",
    _after("100.00", _received_again),
)
example(
    "receipt_matched_since",
    "A receipt is reversed after what was held of it paid the next instalment.",
    _after("10100.00", _reversed_under_its_match),
)
example(
    "instalment_paid_or_reduced",
    "An instalment that was paid in part is reversed.",
    _after("100.00", lambda session: _reverse(session, "contribution")),
)
example(
    "nothing_to_match",
    "What is held is matched before the next instalment is raised.",
    _after("10100.00", _match),
)
example(
    "payer_not_known",
    "A receipt from nobody knows whom is matched without saying what it pays.",
    _after("100.00", _match, partner=""),
)
example(
    "dispute_unknown",
    "A dispute that was never raised is resolved.",
    _in_pool(_step),
)
example(
    "dispute_not_above_nil",
    "A dispute is raised without an amount.",
    _in_pool(lambda session: _dispute(session, "0.00")),
)
example(
    "dispute_above_what_is_owed",
    "More is disputed than the instalment.",
    _in_pool(lambda session: _dispute(session, "12000.00")),
)
example(
    "instalment_not_raised",
    "An instalment of the summer is disputed in the spring.",
    _in_pool(lambda session: _dispute(session, day=_LATER)),
)


def _ended(session: Session) -> object:
    _step(session)
    return _step(session, name="E-2")


example("dispute_already_ended", "A dispute is withdrawn twice.", _disputed(_ended))
example(
    "step_before_dispute",
    "The day of a withdrawal is mistyped.",
    _disputed(lambda session: _step(session, day=date(2003, 4, 2))),
)
example(
    "reduction_outside_dispute",
    "More comes off than is disputed.",
    _disputed(lambda session: _step(session, StepKind.RESOLVED, "4000.01")),
)
example(
    "only_a_resolution_reduces",
    "A dispute is withdrawn and the debt reduced all the same.",
    _disputed(lambda session: _step(session, reduced="100.00")),
)
example(
    "dispute_resolved_by_its_recorder",
    "One person records a dispute and takes it off the debt.",
    _disputed(lambda session: _step(session, StepKind.RESOLVED, "100.00", by=CLERK)),
)
example("nothing_to_chase", "A partner that owes nothing is chased.", _in_pool(_chase))
example(
    "sign_off_without_a_name",
    "A Connexions plan is signed off by nobody.",
    in_small_trust(_sign_off),
)
example(
    "gross_less_vat_is_not_net",
    "A penny is lost between the amounts of a line.",
    lambda: problems_in_line(Money.parse("1000.00"), Money.parse("175.00"), Money.parse("1175.01")),
)
example(
    "line_without_vat",
    "A line without VAT is entered for its VAT.",
    _in_pool(lambda session: _vat(session, "0.00")),
)
example(
    "delivery_not_agreed",
    "The agreement does not say who delivers therapy.",
    _in_pool(lambda session: _vat(session, "175.00")),
)
