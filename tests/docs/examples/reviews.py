"""Examples of what stops a check, a concern, a standard, a review or an action."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from contracts.monitoring import (
    Answer,
    Answered,
    Band,
    Check,
    CheckKind,
    ChecklistItem,
    Concern,
    ConcernSource,
    ConcernStep,
    CycleRule,
    Followed,
    PatternRule,
    Risk,
    Weight,
    problems_in_check,
    problems_in_concern,
    problems_in_follow,
    problems_in_rule,
)
from contracts.review import (
    Action,
    ActionEnded,
    ActionOutcome,
    Assessed,
    Decision,
    Met,
    PracticeStandard,
    Review,
    Verdict,
    problems_in_action,
    problems_in_assessment,
    problems_in_decision,
    problems_in_end,
    problems_in_standard,
)
from ledger.money import Money
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, CLERK
from trust_commissioning import monitoring
from trust_commissioning.monitoring.asked import ActionAsked, ConcernAsked, FollowedAsked

_APRIL, _MAY, _JUNE = date(2003, 4, 1), date(2003, 5, 1), date(2003, 6, 1)
_BAND = Band(risk=Risk.HIGH, at_least=Money(0), months=3)
_PATTERN = PatternRule(concerns=3, months=6)
_ITEM = ChecklistItem(code="insurance", title="Insurance is current")
_MET = Answered(item="insurance", answer=Answer.MET, evidence="Certificate to March 2004")
_CLOSED = Followed(reference="K-1/1", day=_JUNE, step=ConcernStep.CLOSED, words="Put right")
_CONCERN = Concern(
    reference="K-1",
    provider="oakfield",
    day=_MAY,
    source=ConcernSource.LOW_MEASURE,
    weight=Weight.MINOR,
    words="Fewer visits than agreed",
)
_STANDARD = PracticeStandard(
    reference="S-1", code="visits", title="Visits", words="Monthly", agreed=_MAY, partner="pct"
)
_DECISION = Decision(
    reference="D-1", review="R-1", day=_JUNE, verdict=Verdict.GO_ON, reason="Well run"
)
_REVIEW = Review(reference="R-1", contract="C-0001", day=_JUNE, words="Well run")
_ENDED = ActionEnded(reference="A-1/1", day=_JUNE, outcome=ActionOutcome.DONE, evidence="Done")
_ACTION = Action(
    reference="A-1", title="Recruit carers", owner="Fostering team", day=_MAY, due=_JUNE
)


def _rule(*bands: Band, pattern: PatternRule = _PATTERN) -> Run:
    rule = CycleRule(starts=_APRIL, bands=bands, pattern=pattern)
    return lambda: problems_in_rule(rule)


def _check(*answers: Answered) -> Run:
    check = Check(
        reference="V-1", contract="C-0001", day=_MAY, kind=CheckKind.DESK, answers=answers
    )
    return lambda: problems_in_check(check, (_ITEM,))


def _decide(review: Review = _REVIEW, **changed: Any) -> Run:
    decision = replace(_DECISION, reference="D-2", **changed)
    return lambda: problems_in_decision(review, decision)


def _told(asked: ActionAsked | ConcernAsked | FollowedAsked) -> Run:
    return in_small_trust(lambda session: monitoring.tell(session, asked.read(), by=CLERK, at=AT))


example(
    "monitoring_band_missing",
    "Low risks have no cycle.",
    _rule(_BAND, replace(_BAND, risk=Risk.MEDIUM)),
)
example(
    "monitoring_months_outside_range",
    "Contracts are to be checked every nought months.",
    _rule(replace(_BAND, months=0)),
)
example("monitoring_band_repeated", "A band stands twice.", _rule(_BAND, _BAND))
example(
    "single_concern_is_no_pattern",
    "A rule calls one concern a pattern.",
    _rule(pattern=PatternRule(concerns=1, months=6)),
)
example(
    "checklist_item_unknown", "An item nobody asks is answered.", _check(replace(_MET, item="roof"))
)
example("checklist_item_repeated", "An item is answered twice.", _check(_MET, _MET))
example("checklist_item_not_answered", "Insurance is left out of a check.", _check())
example(
    "evidence_missing",
    "Insurance is said to be right and nobody says what was seen.",
    _check(replace(_MET, evidence="")),
)
example(
    "low_measure_is_not_serious",
    "One low measure is called serious.",
    lambda: problems_in_concern(replace(_CONCERN, weight=Weight.SERIOUS)),
)
example(
    "concern_about_nobody",
    "A concern names neither a contract nor a provider.",
    _told(
        ConcernAsked(
            reference="K-2",
            day=_MAY,
            source=ConcernSource.COMPLAINT,
            weight=Weight.MINOR,
            words="Late",
        )
    ),
)
example(
    "concern_closed",
    "A concern is followed after it was closed.",
    lambda: problems_in_follow(replace(_CONCERN, followed=(_CLOSED,)), _CLOSED),
)
example(
    "concern_followed_before_raised",
    "A concern is closed before it was raised.",
    lambda: problems_in_follow(_CONCERN, replace(_CLOSED, day=_APRIL)),
)
example(
    "monitored_thing_unknown",
    "A word is said on a concern nobody raised.",
    _told(
        FollowedAsked(
            reference="K-9/1", day=_MAY, concern="K-9", step=ConcernStep.NOTE, words="Better"
        )
    ),
)
example(
    "standard_agreed_with_one_body",
    "A standard is agreed with a partner and a provider at once.",
    lambda: problems_in_standard(replace(_STANDARD, provider="oakfield")),
)
example(
    "standard_assessed_before_agreed",
    "A standard is said to be met before it was agreed.",
    lambda: problems_in_assessment(
        _STANDARD, Assessed(reference="S-1/1", day=_APRIL, met=Met.FULLY, evidence="All")
    ),
)
example(
    "review_decided_before",
    "A review is decided twice.",
    _decide(replace(_REVIEW, decision=_DECISION)),
)
example("decision_before_review", "A review is decided before it was made.", _decide(day=_MAY))
example(
    "decision_without_day",
    "An extension does not say until when.",
    _decide(verdict=Verdict.EXTEND),
)
example(
    "decision_takes_effect_before_it",
    "A contract is ended from a day that is past.",
    _decide(verdict=Verdict.END, effective=_MAY),
)
example(
    "action_due_before_agreed",
    "An action is due before it is agreed.",
    lambda: problems_in_action(replace(_ACTION, due=_APRIL)),
)
example(
    "action_arises_from_nothing",
    "An action is to follow from a review nobody made.",
    _told(
        ActionAsked(
            reference="A-2",
            day=_MAY,
            title="Recruit carers",
            owner="Fostering team",
            due=_JUNE,
            about=["R-9"],
        )
    ),
)
example(
    "action_ended_before",
    "An action is done twice.",
    lambda: problems_in_end(replace(_ACTION, ended=_ENDED), replace(_ENDED, reference="A-1/2")),
)
example(
    "action_ended_before_agreed",
    "An action is done before it is agreed.",
    lambda: problems_in_end(_ACTION, replace(_ENDED, day=_APRIL)),
)
