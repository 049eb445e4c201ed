"""Risk-share rules as they are written in files: strict, readable, the same in JSON and YAML.

The language itself is `ledger.pool.risk_share.rule`; each model here makes one of its values and
is made from one, so that a rule that was read can be written out again.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Discriminator, Field, Tag

from ledger.money import NIL
from ledger.pool.risk_share import rule as language
from trust_commissioning.fields import AccountName, Amount, Asked, Code, ShortText, Text, Title
from trust_commissioning.fields.refusals import CHOICE

Percent = Annotated[
    str,
    Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$", examples=["51", "33.3334"]),
    AfterValidator(lambda text: text.rstrip("0").rstrip(".") if "." in text else text),
]
"""A percentage as text, with at most four places, so that nothing passes through a binary one."""


class LimitEntry(Asked):
    """How far something goes: an amount, or a percentage of budgets or of contributions."""

    amount: Amount | None = None
    percent: Percent | None = None
    of: Annotated[language.Base, Field(strict=False)] = language.Base.BUDGET
    parts: list[Code] = Field(default=[], description="Whose budgets; none is every line")

    def made(self) -> language.Limit:
        return language.Limit(
            amount=self.amount,
            percent=None if self.percent is None else Fraction(self.percent),
            of=self.of,
            parts=tuple(self.parts),
        )


class _Step(Asked):
    up_to: LimitEntry | None = None
    if_agreed: ShortText = Field(default="", description="A decision without which it is not done")

    @property
    def _limit(self) -> language.Limit | None:
        return self.up_to.made() if self.up_to is not None else None


class ShareStep(_Step):
    """Partners carry it in proportion."""

    do: Literal["share"]
    by: Annotated[language.By, Field(strict=False)]
    percent: dict[Code, Percent] = {}
    among: list[Code] = Field(default=[], description="None is all partners")
    within_caps: bool = False
    outside: bool = Field(default=False, description="From resources outside the pool")

    def made(self) -> language.Step:
        return language.Share(
            by=self.by,
            percent=tuple((one, Fraction(rate)) for one, rate in self.percent.items()),
            among=tuple(self.among),
            within_caps=self.within_caps,
            outside=self.outside,
            up_to=self._limit,
            if_agreed=self.if_agreed,
        )


class BearStep(_Step):
    """One partner carries it."""

    do: Literal["bear"]
    partner: Code

    def made(self) -> language.Step:
        return language.Bear(partner=self.partner, up_to=self._limit, if_agreed=self.if_agreed)


class LieStep(_Step):
    """It lies where it falls, with the partner that leads each line."""

    do: Literal["lie"]

    def made(self) -> language.Step:
        return language.Lie(up_to=self._limit, if_agreed=self.if_agreed)


class OffsetStep(_Step):
    """It is set against underspends of other parts."""

    do: Literal["offset"]
    against: list[Code] = Field(min_length=1)

    def made(self) -> language.Step:
        return language.Offset(
            against=tuple(self.against), up_to=self._limit, if_agreed=self.if_agreed
        )


class DrawStep(_Step):
    """It is met from a named resource, such as a risk pool, while it lasts."""

    do: Literal["draw"]
    resource: Code

    def made(self) -> language.Step:
        return language.Draw(resource=self.resource, up_to=self._limit, if_agreed=self.if_agreed)


class CutStep(_Step):
    """It is met by cutting what schemes have not committed."""

    do: Literal["cut"]
    parts: list[Code] = Field(default=[], description="None is the part's own schemes")

    def made(self) -> language.Step:
        return language.Cut(parts=tuple(self.parts), up_to=self._limit, if_agreed=self.if_agreed)


class ActStep(_Step):
    """It is not shared: something must be done."""

    do: Literal["act"]
    words: Text

    def made(self) -> language.Step:
        return language.Act(words=self.words, up_to=self._limit, if_agreed=self.if_agreed)


class KeepStep(_Step):
    """An underspend stays with the fund."""

    do: Literal["keep"]
    use: Annotated[language.Use, Field(strict=False)]
    ring_fenced: bool = False
    non_recurrent_only: bool = False

    def made(self) -> language.Step:
        return language.Keep(
            use=self.use,
            ring_fenced=self.ring_fenced,
            non_recurrent_only=self.non_recurrent_only,
            up_to=self._limit,
            if_agreed=self.if_agreed,
        )


def _kind_of(step: Any) -> str:
    """By what a step says it does; the mark before it keeps the kind out of a problem's path."""
    said = step.get("do") if isinstance(step, dict) else getattr(step, "do", None)
    return f"{CHOICE}{said}"


StepEntry = Annotated[
    Annotated[ShareStep, Tag(f"{CHOICE}share")]
    | Annotated[BearStep, Tag(f"{CHOICE}bear")]
    | Annotated[LieStep, Tag(f"{CHOICE}lie")]
    | Annotated[OffsetStep, Tag(f"{CHOICE}offset")]
    | Annotated[DrawStep, Tag(f"{CHOICE}draw")]
    | Annotated[CutStep, Tag(f"{CHOICE}cut")]
    | Annotated[ActStep, Tag(f"{CHOICE}act")]
    | Annotated[KeepStep, Tag(f"{CHOICE}keep")],
    Discriminator(
        _kind_of,
        custom_error_type="step_unknown",
        custom_error_message=(
            "A step does one of share, bear, lie, offset, draw, cut, act or keep: say which "
            "under “do”"
        ),
    ),
]


class CapEntry(Asked):
    """The most one partner carries by a clause."""

    partner: Code
    limit: LimitEntry


class ClauseEntry(Asked):
    """What the agreement says of one direction, in order."""

    number: ShortText = Field(min_length=1, description="As the agreement numbers it")
    words: Text = Field(default="", description="The agreement's own; empty says the steps")
    steps: list[StepEntry] = Field(min_length=1)
    caps: list[CapEntry] = []
    beyond: list[StepEntry] = Field(default=[], description="Who carries what the caps leave over")

    def made(self) -> language.Clause:
        return language.Clause(
            number=self.number,
            words=self.words,
            steps=tuple(step.made() for step in self.steps),
            caps=tuple(
                language.Cap(partner=cap.partner, limit=cap.limit.made()) for cap in self.caps
            ),
            beyond=tuple(step.made() for step in self.beyond),
        )


class LinesEntry(Asked):
    """Which lines are meant; nothing said is all."""

    funds: list[Code] = []
    services: list[Code] = []
    accounts: list[AccountName] = []

    def made(self) -> language.Lines:
        return language.Lines(
            funds=tuple(self.funds), services=tuple(self.services), accounts=tuple(self.accounts)
        )


class PartEntry(Asked):
    """Lines under the same clauses; a line belongs to the first part that names it."""

    code: Code
    title: Title
    lines: LinesEntry = LinesEntry()
    line_by_line: bool = Field(default=False, description="Each line for itself, not netted")
    overspend: ClauseEntry
    underspend: ClauseEntry

    def made(self) -> language.Part:
        return language.Part(
            code=self.code,
            title=self.title,
            lines=self.lines.made(),
            line_by_line=self.line_by_line,
            overspend=self.overspend.made(),
            underspend=self.underspend.made(),
        )


class LeadEntry(Asked):
    """Lines that one partner leads."""

    lines: LinesEntry
    partner: Code


class ResourceEntry(Asked):
    """Money an overspend may be met from: an amount, or what another fund holds."""

    code: Code
    title: Title
    amount: Amount = NIL
    fund: Code | None = None


class RiskShareEntry(Asked):
    """One agreement's rule for who carries an over- or underspend."""

    title: Title
    clause: ShortText = Field(min_length=1, description="Where the agreement says it")
    source: Text = ""
    starts: date = Field(strict=False)
    ends: date | None = Field(default=None, strict=False)
    host: Code
    partners: list[Code] = Field(min_length=1, description="In the order of the agreement")
    parts: list[PartEntry] = Field(min_length=1, description="The last takes what is left")
    leads: list[LeadEntry] = Field(default=[], description="Lines none names are the host's")
    resources: list[ResourceEntry] = []
    applies: Annotated[language.Applies, Field(strict=False)] = Field(
        default=language.Applies.WHOLE_YEAR,
        description="To the whole year, or by months where another rule held for some of them; "
        "what holds during a suspension follows the fund's own rule",
    )

    def made(self) -> language.RiskShare:
        return language.RiskShare(
            title=self.title,
            clause=self.clause,
            source=self.source,
            starts=self.starts,
            ends=self.ends,
            host=self.host,
            partners=tuple(self.partners),
            parts=tuple(part.made() for part in self.parts),
            leads=tuple(
                language.Lead(lines=lead.lines.made(), partner=lead.partner) for lead in self.leads
            ),
            resources=tuple(
                language.Resource(
                    code=one.code, title=one.title, amount=one.amount, fund=one.fund or ""
                )
                for one in self.resources
            ),
            applies=self.applies,
        )


class RiskShareAgreed(Asked):
    """The rule by which the partners of a fund carry what is over or under."""

    fund: Code
    reference: ShortText = Field(min_length=1, description="Sent again, it is the same rule")
    rule: RiskShareEntry
