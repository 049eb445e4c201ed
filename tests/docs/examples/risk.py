"""Examples of what is wrong with a risk share, and of what stops a year being settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlmodel import Session

from ledger.funds import FundKind
from ledger.journal import Journal
from ledger.money import Money
from ledger.periods import Period
from ledger.pool.contributions import Contribution, Instalment
from ledger.pool.risk_share import RiskShare, problems_in
from ledger.pool.risk_share.rule import (
    Act,
    Bear,
    By,
    Clause,
    Draw,
    Keep,
    Lie,
    Limit,
    Lines,
    Part,
    Share,
    Step,
    Use,
)
from ledger.transfer import TRANSFER
from tests.docs.examples.journals import YEAR
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import closing, pooling, posting, posting_rules, settling
from trust_commissioning.checking import check
from trust_commissioning.fields.risk_share import RiskShareEntry
from trust_commissioning.posting_rules import Event
from trust_commissioning.reports import Scope
from trust_commissioning.reports.risk_what_if import Supposed, what_if
from trust_commissioning.store import journals
from trust_commissioning.store.tables import FundRow

_ADMIN = "x.admin"
_OPENING = Clause(number="4.1", steps=(Share(by=By.OPENING),))
_ALL = Part(code="all", title="The fund", overspend=_OPENING, underspend=_OPENING)
_RULE = RiskShare(
    title="Risk share",
    clause="4",
    partners=("council", "pct"),
    host="council",
    parts=(_ALL,),
    starts=date(2003, 4, 1),
)


def _wrong(**changes: Any) -> Run:
    return lambda: problems_in(replace(_RULE, **changes))


def _over(*steps: Step) -> Run:
    clause = Clause(number="4.1", steps=steps)
    return _wrong(parts=(replace(_ALL, overspend=clause),))


_FIFTY = (("council", Fraction(50)), ("pct", Fraction(50)))

example(
    "risk_share_ends_before_it_starts",
    "A risk share from April 2003 was to end in March 2003.",
    _wrong(ends=date(2003, 3, 31)),
)
example(
    "risk_share_without_partners",
    "A rule was recorded with an empty list of partners.",
    _wrong(partners=(), host=""),
)
example(
    "risk_share_partner_unknown",
    "A step left what is over with a body outside the agreement.",
    _over(Bear(partner="school")),
)
example(
    "risk_share_leaves_lines_out",
    "A rule had one part, for one service.",
    _wrong(parts=(replace(_ALL, lines=Lines(services=("therapy",))),)),
)
example(
    "risk_share_part_never_reached",
    "The part for all lines was written before the sub-fund.",
    _wrong(parts=(_ALL, replace(_ALL, code="sub-fund"))),
)
example(
    "risk_share_leaves_a_rest",
    "A clause shared the first £50,000 and said nothing of the rest.",
    _over(Share(by=By.EQUAL, up_to=Limit(amount=Money(5_000_000)))),
)
example(
    "risk_share_step_out_of_place",
    "An overspend was to be retained in the fund.",
    _over(Keep(use=Use.RETAINED)),
)
example(
    "risk_share_names_unknown",
    "A step drew on a risk pool the rule does not have.",
    _over(Draw(resource="risk-pool"), Lie()),
)
example(
    "risk_share_action_missing",
    "A step asked for an action without saying which.",
    _over(Act(words="")),
)
example(
    "risk_share_percent_out_of_place",
    "Percentages were given to a step that shares equally.",
    _over(Share(by=By.EQUAL, percent=_FIFTY)),
)
example(
    "risk_share_percent_missing",
    "One of two partners had no percentage.",
    _over(Share(by=By.AGREED, percent=_FIFTY[:1])),
)
example(
    "risk_share_percent_not_hundred",
    "Two partners agreed on 50 and 49 per cent.",
    _over(Share(by=By.AGREED, percent=(_FIFTY[0], ("pct", Fraction(49))))),
)
example(
    "risk_share_limit_unclear",
    "A limit said neither an amount nor a percentage.",
    _over(Lie(up_to=Limit()), Lie()),
)
example(
    "risk_share_limit_below_nil",
    "A limit was written as -£1.00.",
    _over(Lie(up_to=Limit(amount=Money(-100))), Lie()),
)


def _entry(*steps: Mapping[str, object]) -> RiskShareEntry:
    clause = {"number": "4.1", "steps": list(steps)}
    return RiskShareEntry.model_validate(
        {
            "title": "Risk share",
            "clause": "4",
            "starts": date(2003, 4, 1),
            "host": "council",
            "partners": ["council", "pct"],
            "parts": [
                {"code": "all", "title": "The fund", "overspend": clause, "underspend": clause}
            ],
        }
    )


_EQUALLY = {"do": "share", "by": "equal"}


def _agree(session: Session, *steps: Mapping[str, object]) -> None:
    settling.agree_risk_share(session, "camhs", _entry(*steps), reference="RS-1", by=_ADMIN, at=AT)


def _suspend(session: Session) -> object:
    _agree(session, _EQUALLY)
    return settling.suspend_risk_share(
        session,
        "camhs",
        _entry(_EQUALLY),
        reference="SU-1",
        starts=date(2003, 10, 1),
        ends=date(2003, 9, 1),
        reason="The partners wait for a review",
        by=_ADMIN,
        at=AT,
    )


def _settle(*before: Callable[[Session], object], shut: bool = True) -> Run:
    def run(session: Session) -> object:
        for act in before:
            act(session)
        for number in range(1, 13) if shut else ():
            closing.close(session, Period(YEAR, number), by=_ADMIN, at=AT, reason="An example")
        return settling.settle(session, "camhs", YEAR, reference="S-1", by=_ADMIN, at=AT)

    return in_small_trust(run)


def _spend(session: Session) -> None:
    text = "Expenses:ThirdParty:Health 100.00 / Assets:HostCash -100.00"
    posting.post(session, journal(text, ref="camhs", fund="camhs"), by=_ADMIN, at=AT)


def _keep_apart(session: Session) -> None:
    session.get_one(FundRow, "camhs").kind = FundKind.ALIGNED.value
    session.flush()


def _spend_of_both(session: Session) -> None:
    """The rule nets the two funds together, and the other shares its variance as well."""
    settling.agree_risk_share(
        session, "general", _entry(_EQUALLY), reference="RS-2", by=_ADMIN, at=AT
    )
    whole = _entry(_EQUALLY).model_dump()
    both = whole["parts"][0] | {"code": "both", "lines": {"funds": ["camhs", "general"]}}
    entry = RiskShareEntry.model_validate(whole | {"parts": [both, whole["parts"][0]]})
    settling.agree_risk_share(session, "camhs", entry, reference="RS-1", by=_ADMIN, at=AT)
    text = "Expenses:ThirdParty:Health 100.00 / Assets:HostCash -100.00"
    posting.post(session, journal(text, fund="general"), by=_ADMIN, at=AT)
    _spend(session)


def _agree_to_draw_twice(session: Session) -> None:
    text = "Assets:HostCash 60.00 / Income:Contributions:Cash -60.00 partner=council"
    posting.post(session, journal(text, fund="general"), by=_ADMIN, at=AT)
    draws = [{"do": "draw", "resource": code} for code in ("first", "second")]
    pots = [{"code": code, "title": code, "fund": "general"} for code in ("first", "second")]
    entry = _entry(*draws, _EQUALLY).model_dump() | {"resources": pots}
    entry["parts"][0]["underspend"]["steps"] = [_EQUALLY]
    rule = RiskShareEntry.model_validate(entry)
    settling.agree_risk_share(session, "camhs", rule, reference="RS-1", by=_ADMIN, at=AT)


def _reverse_the_first(session: Session) -> object:
    _agree(session, _EQUALLY)
    _spend(session)
    for number in range(1, 13):
        closing.close(session, Period(YEAR, number), by=_ADMIN, at=AT, reason="An example")
    first = settling.settle(session, "camhs", YEAR, reference="S-1", by=_ADMIN, at=AT)
    last = Period(YEAR, 13)
    text = "Expenses:ThirdParty:Health 20.00 / Assets:HostCash -20.00"
    late = journal(text, ref="late", fund="camhs", day=last.ends, period=last)
    posting.post(session, late, by=_ADMIN, at=AT)
    settling.settle(session, "camhs", YEAR, reference="S-2", by=_ADMIN, at=AT)
    return posting.reverse(session, first.journals[0], reason="Wrong", by=_ADMIN, at=AT)


def _transfer() -> tuple[Journal, Journal]:
    giving, getting = (
        Event(
            fund=fund,
            day=date(2003, 4, 30),
            source=TRANSFER,
            source_ref=f"T-1/{side}",
            narration="From the reserve",
        )
        for fund, side in (("general", "gives"), ("camhs", "gets"))
    )
    return posting_rules.given_to_fund(giving, getting, Money(4_000))


def _post_half_a_transfer(session: Session) -> object:
    posting.post(session, _transfer()[0], by=_ADMIN, at=AT)
    return check(session)


def _post_half_a_reversal(session: Session) -> object:
    number, _ = posting.post_many(session, _transfer(), by=_ADMIN, at=AT)
    id = posting.reverse(session, number, reason="Wrong", by=CLERK, at=AT)
    posting.send_back(session, id, by=APPROVER, at=AT, reason="The wrong day")
    half = journals.by_id(session, id)
    assert half is not None
    posting.submit(session, half.journal, by=CLERK, at=AT, id=id)
    return posting.post_submitted(session, id, by=APPROVER, at=AT)


def _disputed(session: Session) -> None:
    _agree(session, _EQUALLY)
    given = Contribution(
        key="camhs/2003-04/pct/cash",
        fund="camhs",
        year=YEAR,
        partner="pct",
        instalments=(Instalment(day=date(2003, 4, 1), amount=Money(10_000)),),
    )
    pooling.record(session, given, by=_ADMIN, at=AT)
    pooling.raise_due(session, date(2003, 5, 1), by=_ADMIN, at=AT)
    pooling.dispute(
        session,
        reference="D-1",
        contribution=given.key,
        instalment=date(2003, 4, 1),
        amount=Money(4_000),
        day=date(2003, 6, 1),
        reason="Equipment that was never delivered",
        by=_ADMIN,
        at=AT,
    )


example(
    "risk_share_missing",
    "A year was to be settled in a fund without a risk share.",
    _settle(),
)
example(
    "suspension_ends_before_it_starts",
    "A suspension from October 2003 was to end in September.",
    in_small_trust(_suspend),
)
example(
    "settlement_before_year_end",
    "A year was to be settled with March still open.",
    _settle(shut=False),
)
example(
    "settlement_waits_for_action",
    "The rule asks for a plan, and £100.00 is over.",
    _settle(
        lambda s: _agree(s, {"do": "act", "words": "A plan comes to the next meeting."}), _spend
    ),
)
example(
    "settlement_of_unpooled_fund",
    "A year was to be settled in an aligned budget.",
    _settle(_keep_apart),
)
example(
    "settlement_crosses_funds",
    "The rule nets two funds, and the other has a risk share of its own.",
    _settle(_spend_of_both),
)
example(
    "settlement_above_reserve",
    "Two resources of the rule are the same £60.00 of another fund.",
    _settle(_agree_to_draw_twice, _spend),
)
example(
    "settlement_settled_again",
    "The first of two settlements was to be reversed.",
    in_small_trust(_reverse_the_first),
)
example(
    "transfer_other_half_missing",
    "A transfer's reversal was sent back, and one side of it handed in again.",
    in_small_trust(_post_half_a_reversal),
)
example(
    "half_posted_alone",
    "The side of a transfer that gives was posted by itself.",
    in_small_trust(_post_half_a_transfer),
)
example(
    "pool_in_dispute",
    "A partner denies £40.00 of its contribution, and the year was to be settled.",
    _settle(_disputed),
)
example(
    "nobody_to_share_with",
    "A pattern was to be tried on the general fund, to which nobody contributes.",
    in_small_trust(
        lambda session: what_if(
            session, Scope("general", YEAR), Supposed(pattern="agreed_percent"), AT
        )
    ),
)
