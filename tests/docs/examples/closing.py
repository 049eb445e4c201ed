"""Examples of what stops a month or a year being closed, or a period being opened again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from ledger.accrual import Delivery, Per, Timing
from ledger.money import Money
from ledger.periods import Period
from ledger.pool.contributions import Contribution, Instalment
from ledger.year_end import YearEnd
from tests.docs.examples.journals import P01, PAID, YEAR
from tests.docs.examples.kept import example, in_small_trust
from tests.support.grants import allocation, keep_accounts, programme
from tests.support.trusts import APPROVER, AT, CLERK, journal, past_the_authorizer
from trust_commissioning import closing, granting, posting, settling
from trust_commissioning.closing import Accrual
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.pooling.scheduling import schedule
from trust_commissioning.store.tables import FundRow, PublicationRow

ADMIN = "x.admin"
KNOWN = "Known and small"
ACCRUAL = Accrual(
    timing=Timing.ACCRUAL,
    fund="general",
    period=P01,
    reference="A-1",
    account="Expenses:ThirdParty:FosterCare",
    reason="Placements of April not invoiced",
    amount=Money.parse("3214.29"),
    contract="C-0001",
)
DELIVERED = Delivery(
    rate=Money.parse("750.00"), per=Per.WEEK, starts=date(2003, 4, 30), ends=date(2003, 4, 1)
)


def _accrued(**changes: object) -> Callable[[], object]:
    wanted = replace(ACCRUAL, **changes)  # type: ignore[arg-type]
    return in_small_trust(lambda session: closing.accrue(session, wanted, by=CLERK, at=AT))


def _closed(session: Session, period: Period = P01, reason: str = KNOWN) -> object:
    return closing.close(session, period, by=CLERK, at=AT, reason=reason)


def _year(session: Session) -> object:
    return closing.close_year(session, YEAR, by=ADMIN, at=AT, reason=KNOWN)


def _asked(session: Session, *, by: str = CLERK, reason: str = "An invoice came late.") -> object:
    return closing.ask_reopening(session, P01, reason=reason, by=by, at=AT)


def _agreed(session: Session, *, by: str = APPROVER) -> object:
    return closing.agree_reopening(session, P01, by=by, at=AT)


def _rule(session: Session, **changes: object) -> object:
    asked = {"rule": YearEnd.REFUND_PARTNERS, "clause": "Clause 12"} | changes
    closing.tell_year_end_rule(session, "camhs", YEAR, by=ADMIN, at=AT, **asked)  # type: ignore[arg-type]
    return []


example(
    "accrual_needs_one_amount",
    "An amount is given beside a rate and its days.",
    _accrued(delivered=replace(DELIVERED, ends=date(2003, 5, 6))),
)
example("accrual_not_above_nil", "An accrual is for nothing.", _accrued(amount=Money(0)))
example("accrual_not_of_expense", "Cash is to be accrued.", _accrued(account="Assets:HostCash"))
example(
    "delivery_ends_before_it_starts",
    "The days are given the wrong way round.",
    _accrued(amount=None, delivered=DELIVERED),
)


def _outlived(session: Session) -> object:
    session.get_one(FundRow, "general").ends = date(2004, 3, 31)
    wanted = replace(ACCRUAL, period=Period(YEAR, 12))
    return closing.accrue(session, wanted, by=CLERK, at=AT)


example(
    "accrual_outlives_its_fund",
    "A grant that ends in March is accrued to in March.",
    in_small_trust(_outlived),
)


def _told(session: Session) -> object:
    closing.tell_host_balance(
        session, P01, fund="general", amount=Money(100), document=" ", by=CLERK, at=AT
    )
    return []


example("document_missing", "The host's balance is told, and not by what.", in_small_trust(_told))
example(
    "left_open_without_reason",
    "April is closed while a contract has nothing spent in it.",
    in_small_trust(lambda session: _closed(session, reason="")),
)


def _withheld(session: Session) -> object:
    told = '[{"code": "books_differ", "message": "By a penny.", "where": "general"}]'
    session.add(PublicationRow(at="now", head_sequence=1, head_hash="x", problems=told))
    return _closed(session)


def _unguarded(session: Session) -> object:
    past_the_authorizer(session.connection())
    session.execute(text("DROP TRIGGER guard_journal_delete"))
    return _closed(session)


example(
    "books_were_withheld",
    "The books were withheld, and April is closed.",
    in_small_trust(_withheld),
)
example(
    "record_is_not_right",
    "April is closed after somebody dropped a trigger.",
    in_small_trust(_unguarded),
)


def _not_raised(session: Session) -> object:
    wanted = Contribution(
        key="camhs/2003-04/pct",
        fund="camhs",
        year=YEAR,
        partner="pct",
        instalments=(Instalment(day=date(2003, 4, 1), amount=Money.parse("250.00")),),
    )
    schedule(session, wanted, by=CLERK, at=AT)
    return _closed(session)


example(
    "instalments_not_raised",
    "April is closed before an instalment due on its first day is raised.",
    in_small_trust(_not_raised),
)


def _opened(session: Session) -> object:
    return _asked(session)


def _asked_twice(session: Session) -> object:
    _closed(session)
    _asked(session)
    return _asked(session, by="f.officer", reason="Another invoice came late.")


def _alone(session: Session) -> object:
    _closed(session)
    _asked(session)
    return _agreed(session, by=CLERK)


def _unasked(session: Session) -> object:
    _closed(session)
    return _agreed(session)


example("period_is_open", "April is open and is to be opened again.", in_small_trust(_opened))
example("reopening_already_asked", "Two people ask, for two reasons.", in_small_trust(_asked_twice))
example("reopening_not_asked", "Somebody agrees before anybody asked.", in_small_trust(_unasked))
example("reopening_takes_two_people", "Who asked agrees as well.", in_small_trust(_alone))


def _closed_for_good(session: Session) -> object:
    for period in YEAR.periods[:12]:
        _closed(session, period)
    _year(session)
    return _asked(session)


example(
    "year_is_finally_closed",
    "April is to be opened again after its year was closed for good.",
    in_small_trust(_closed_for_good),
)
example("year_has_open_periods", "A year is closed before its months are.", in_small_trust(_year))


def _with_a_draft(session: Session) -> object:
    posting.save_draft(session, journal(PAID), by=CLERK, at=AT)
    return _year(session)


def _undecided(session: Session) -> object:
    posting.post(session, journal(PAID), by=CLERK, at=AT)
    return _year(session)


example(
    "year_has_waiting_journals",
    "A draft of the year is left when it is closed.",
    in_small_trust(_with_a_draft),
)
example(
    "year_end_rule_missing",
    "A fund has spent £100.00, and nobody said what becomes of that.",
    in_small_trust(_undecided),
)
example(
    "clause_missing",
    "A refund is decided by nobody knows what.",
    in_small_trust(lambda session: _rule(session, clause=" ")),
)
example(
    "share_below_nil",
    "A partner is to get less than nothing.",
    in_small_trust(lambda session: _rule(session, shares={"pct": -1})),
)
example(
    "share_not_of_a_payer",
    "A grant's surplus is to go back out of the cash account.",
    in_small_trust(
        lambda session: _rule(session, rule=YearEnd.RETURN_TO_PAYER, shares={"Assets:HostCash": 1})
    ),
)


def _not_settled(session: Session) -> object:
    for partner in ("council", "pct"):
        wanted = Contribution(
            key=f"camhs/2003-04/{partner}",
            fund="camhs",
            year=YEAR,
            partner=partner,
            instalments=(Instalment(day=date(2003, 4, 1), amount=Money.parse("250.00")),),
        )
        schedule(session, wanted, by=ADMIN, at=AT)
    clause = {"number": "4.1", "steps": [{"do": "share", "by": "opening"}]}
    part = {"code": "all", "title": "The pool", "overspend": clause, "underspend": clause}
    rule = RiskShareEntry.model_validate(
        {
            "title": "Risk share",
            "clause": "4",
            "starts": date(2003, 4, 1),
            "host": "council",
            "partners": ["council", "pct"],
            "parts": [part],
        }
    )
    settling.agree_risk_share(session, "camhs", rule, reference="RS-1", by=ADMIN, at=AT)
    posting.post(session, journal(PAID, fund="camhs"), by=CLERK, at=AT)
    return _year(session)


def _grant_undecided(session: Session) -> object:
    keep_accounts(session)
    granting.keep_programme(session, programme(needs_plan=False), by=CLERK, at=AT)
    granting.allocate(session, allocation(), announced=date(2003, 4, 1), by=CLERK, at=AT)
    return _year(session)


example(
    "year_is_not_settled",
    "A pool is overspent by £100.00, and its year is closed before that is settled.",
    in_small_trust(_not_settled),
)
example(
    "grant_left_undecided",
    "Nothing of a grant is spent, and its year is closed.",
    in_small_trust(_grant_undecided),
)
