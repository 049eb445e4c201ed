"""What events of monitoring ask for, each with the fact it comes to."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from contracts.monitoring import (
    Answer,
    Answered,
    Band,
    Check,
    CheckKind,
    Concern,
    ConcernSource,
    ConcernStep,
    Cycle,
    CycleRule,
    Followed,
    PatternRule,
    Risk,
    Weight,
)
from contracts.review import (
    Action,
    ActionEnded,
    ActionOutcome,
    Area,
    Assessed,
    Decision,
    Finding,
    Met,
    PracticeStandard,
    Review,
    Verdict,
)
from trust_commissioning.fields import (
    Amount,
    Asked,
    Code,
    Number,
    Reference,
    ShortText,
    Text,
    Title,
)
from trust_commissioning.store import monitoring as record
from trust_commissioning.store.monitoring import Fact

_Words = Annotated[Text, Field(min_length=1)]


class Told(Asked):
    """What everything told of monitoring says."""

    reference: Reference
    day: date

    def fact(self, kind: str, contents: Any, **about: str | None) -> Fact:
        """What is told as a fact of a kind."""
        named = {name: code or "" for name, code in about.items()}
        return Fact(kind=kind, reference=self.reference, day=self.day, contents=contents, **named)


class BandAsked(Asked):
    """Contracts of a risk and of at least a value are checked every so many months."""

    risk: Annotated[Risk, Field(strict=False)]
    at_least: Amount
    months: int


class MonitoringRuleAsked(Told):
    """How often contracts are checked from a day on, and when concerns come to a pattern."""

    bands: list[BandAsked]
    pattern_concerns: int = Field(default=3, description="So many concerns are a pattern")
    pattern_months: int = Field(default=6, ge=1, le=24, description="Within so many months")

    def read(self) -> Fact:
        rule = CycleRule(
            starts=self.day,
            bands=tuple(Band(**dict(one)) for one in self.bands),
            pattern=PatternRule(concerns=self.pattern_concerns, months=self.pattern_months),
        )
        return self.fact(record.RULE, rule)


class CycleAsked(Told):
    """How a contract is monitored from a day on: its risk, judged by a person, and who does it."""

    contract: Number
    risk: Annotated[Risk, Field(strict=False)]
    reason: _Words
    officer: Title = Field(description="A post or team")

    def read(self) -> Fact:
        cycle = Cycle(
            contract=self.contract,
            starts=self.day,
            risk=self.risk,
            reason=self.reason,
            officer=self.officer,
        )
        return self.fact(record.CYCLE, cycle, contract=self.contract)


class AnsweredAsked(Asked):
    """What was found on an item of the checklist, with the evidence seen."""

    item: Code
    answer: Annotated[Answer, Field(strict=False)]
    evidence: Text = ""


class CheckAsked(Told):
    """A contract looked at: every item of the checklist, those of a visit where it is one."""

    contract: Number
    kind: Annotated[CheckKind, Field(strict=False)]
    answers: list[AnsweredAsked]
    words: Text = ""

    def read(self) -> Fact:
        check = Check(
            reference=self.reference,
            contract=self.contract,
            day=self.day,
            kind=self.kind,
            answers=tuple(Answered(**dict(one)) for one in self.answers),
            words=self.words,
        )
        return self.fact(record.CHECK, check, contract=self.contract)


class ConcernAsked(Told):
    """Something to watch, of a contract or of a provider as a whole."""

    contract: Number | None = None
    provider: Code | None = Field(default=None, description="The contract's own without it")
    source: Annotated[ConcernSource, Field(strict=False)]
    weight: Annotated[Weight, Field(strict=False)]
    words: _Words

    def read(self) -> Fact:
        concern = Concern(
            reference=self.reference,
            provider=self.provider or "",
            day=self.day,
            source=self.source,
            weight=self.weight,
            words=self.words,
            contract=self.contract or "",
        )
        return self.fact(record.CONCERN, concern, contract=self.contract, provider=self.provider)


class FollowedAsked(Told):
    """A later word on a concern, or what put it right and closes it."""

    concern: Reference
    step: Annotated[ConcernStep, Field(strict=False)]
    words: _Words

    def read(self) -> Fact:
        said = Followed(reference=self.reference, day=self.day, step=self.step, words=self.words)
        return self.fact(record.FOLLOWED, said, about=self.concern)


class StandardAsked(Told):
    """A standard of practice agreed with one body: a partner or a provider."""

    code: Code
    title: Title
    words: _Words
    source: ShortText = Field(default="", description="Where it is set out")
    partner: Code | None = None
    provider: Code | None = None

    def read(self) -> Fact:
        standard = PracticeStandard(
            reference=self.reference,
            code=self.code,
            title=self.title,
            words=self.words,
            agreed=self.day,
            source=self.source,
            partner=self.partner or "",
            provider=self.provider or "",
        )
        return self.fact(record.STANDARD, standard, about=self.code, provider=self.provider)


class StandardMetAsked(Told):
    """How far a practice standard is met on a day."""

    standard: Reference
    met: Annotated[Met, Field(strict=False)]
    evidence: _Words

    def read(self) -> Fact:
        said = Assessed(
            reference=self.reference, day=self.day, met=self.met, evidence=self.evidence
        )
        return self.fact(record.ASSESSED, said, about=self.standard)


class ReviewAsked(Told):
    """A contract reviewed. The facts are gathered from the record and kept with it."""

    contract: Number
    words: _Words = Field(description="What the reviewer makes of the facts")
    views: Text = Field(default="", description="What children and families said")

    def read(self) -> Fact:
        review = Review(
            reference=self.reference,
            contract=self.contract,
            day=self.day,
            words=self.words,
            views=self.views,
        )
        return self.fact(record.REVIEW, review, contract=self.contract)


class DecisionAsked(Told):
    """What is decided on a review."""

    review: Reference
    verdict: Annotated[Verdict, Field(strict=False)]
    reason: _Words
    effective: date | None = Field(
        default=None, description="Of an extension until when, else from when"
    )
    need: Code | None = Field(default=None, description="The need it leads back to")

    def read(self) -> Fact:
        decision = Decision(
            reference=self.reference,
            review=self.review,
            day=self.day,
            verdict=self.verdict,
            reason=self.reason,
            effective=self.effective,
            need=self.need or "",
        )
        return self.fact(record.DECISION, decision, about=self.review)


class ActionAsked(Told):
    """What a post or team is to do by a day, and what it arises from."""

    title: Title
    owner: Title
    due: date
    about: list[Reference] = Field(
        default=[], description="Reviews, concerns, checks, standards or inspection findings"
    )
    contract: Number | None = None
    provider: Code | None = None

    def read(self) -> Fact:
        action = Action(
            reference=self.reference,
            title=self.title,
            owner=self.owner,
            day=self.day,
            due=self.due,
            about=tuple(self.about),
            contract=self.contract or "",
            provider=self.provider or "",
        )
        return self.fact(record.ACTION, action, contract=self.contract, provider=self.provider)


class ActionDoneAsked(Told):
    """The end of an action: done, with what shows it, or dropped, with why."""

    action: Reference
    outcome: Annotated[ActionOutcome, Field(strict=False)] = ActionOutcome.DONE
    evidence: _Words

    def read(self) -> Fact:
        ended = ActionEnded(
            reference=self.reference, day=self.day, outcome=self.outcome, evidence=self.evidence
        )
        return self.fact(record.ENDED, ended, about=self.action)


class FindingAsked(Told):
    """What an inspection found; `day` is when its report was published."""

    inspection: Title
    area: Annotated[Area, Field(strict=False)]
    words: _Words
    paragraph: ShortText = ""
    rating: ShortText = Field(default="", description="As the report words it")
    services: list[Code] = []
    partners: list[Code] = Field(default=[], description="The partners that must act")
    provider: Code | None = None
    contract: Number | None = None

    def read(self) -> Fact:
        finding = Finding(
            reference=self.reference,
            inspection=self.inspection,
            published=self.day,
            area=self.area,
            words=self.words,
            paragraph=self.paragraph,
            rating=self.rating,
            services=tuple(self.services),
            partners=tuple(self.partners),
            provider=self.provider or "",
            contract=self.contract or "",
        )
        return self.fact(record.FINDING, finding, contract=self.contract, provider=self.provider)
