"""Who carries a variance by a rule: to the penny, step by step, with the clause that says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import lcm

from ledger.money import NIL, Money
from ledger.pool.risk_share.checking import problems_in
from ledger.pool.risk_share.rule import (
    Act,
    Base,
    Bear,
    By,
    Clause,
    Cut,
    Draw,
    Keep,
    Lie,
    Limit,
    Offset,
    Part,
    RiskShare,
    Share,
    Step,
)
from ledger.pool.risk_share.sharing import Case, Contributed, Line, Met, Piece, Sharing
from ledger.pool.risk_share.words import (
    clause_in_words,
    kept_in_words,
    listed,
    named,
    resource_title,
    step_in_words,
)
from ledger.problems import Refused


def shares(
    rule: RiskShare,
    lines: Iterable[Line],
    contributions: Iterable[Contributed] = (),
    *,
    resources: Mapping[str, Money] | None = None,
    agreed: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> Sharing:
    """Share the variance of lines by a rule.

    `resources` is what each of the rule's resources holds, where it is not as the rule says.
    `agreed` are the decisions the partners have taken. `names` are
    partners' names for the words.

    Raises:
        Refused: with every problem in the rule.
    """
    if problems := problems_in(rule):
        raise Refused(problems)
    given = [line for line in lines if line.budget or line.outturn]
    working = _Working(
        rule=rule,
        lines=given,
        contributed={one.partner: one for one in contributions},
        held={one.code: one.amount for one in rule.resources} | dict(resources or {}),
        agreed=frozenset(agreed),
        names=names or {},
    )
    return working.share()


_Weighed = list[tuple[str, int]]


@dataclass(slots=True, kw_only=True)
class _Working:
    """One working-out: what resources still hold, what offsets are left, what caps have taken."""

    rule: RiskShare
    lines: Sequence[Line]
    contributed: Mapping[str, Contributed]
    held: dict[str, Money]
    agreed: frozenset[str]
    names: Mapping[str, str]
    left_to_offset: dict[str, Money] = field(default_factory=dict)
    used: dict[str, Money] = field(default_factory=dict)
    cut: dict[str, Money] = field(default_factory=dict)
    carried: dict[tuple[str, bool, str], Money] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)

    def share(self) -> Sharing:
        found = list(self._cases())
        for part, _, variance in found:
            if variance < NIL:
                before = self.left_to_offset.get(part.code, NIL)
                self.left_to_offset[part.code] = before - variance
        # Overspends first: they may use up underspends that would else be shared out.
        in_order = sorted(found, key=lambda one: one[2] < NIL)
        cases = tuple(self._case(*one) for one in in_order)
        return Sharing(rule=self.rule, cases=cases, reasons=tuple(self.reasons))

    def _cases(self) -> Iterable[tuple[Part, tuple[Line, ...], Money]]:
        for part in self.rule.parts:
            lines = tuple(line for line in self.lines if self.part_of(line) == part)
            each = [(line,) for line in lines] if part.line_by_line else [lines]
            for taken in each:
                if any(line.variance for line in taken):
                    yield part, taken, Money.total(line.variance for line in taken)

    def part_of(self, line: Line) -> Part:
        return self.rule.part_of(line.fund, line.service, line.account)

    def left_to_cut(self, code: str) -> Money:
        """What a part's schemes have not committed, less what is cut already; never below nil."""
        there = Money.total(
            line.uncommitted for line in self.lines if self.part_of(line).code == code
        )
        return max(there - self.cut.get(code, NIL), NIL)

    def use(self, code: str, amount: Money) -> None:
        if amount:
            self.left_to_offset[code] -= amount
            self.used[code] = self.used.get(code, NIL) + amount

    def _case(self, part: Part, lines: tuple[Line, ...], variance: Money) -> Case:
        budget = Money.total(line.budget for line in lines)
        state = "overspent" if variance > NIL else "underspent" if variance else "neither way"
        what = f"{part.title}, {lines[0].service or lines[0].account}" if part.line_by_line else ""
        self.reasons.append(
            f"{what or part.title}: {budget + variance} against a budget of {budget}, "
            f"{abs(variance)} {state}."
        )
        clause = part.underspend if variance < NIL else part.overspend
        if not variance and not isinstance(clause.steps[0], Lie):
            return Case(part=part, lines=lines, variance=variance, clause=None, words="", pieces=())
        words = clause_in_words(clause, self.rule, self.names)
        self.reasons.append(f"Clause {clause.number} applies.")
        pieces = _Clause(self, part, lines, variance, clause).run()
        return Case(
            part=part, lines=lines, variance=variance, clause=clause, words=words, pieces=pieces
        )

    def weights(self, step: Share, partners: Sequence[str]) -> _Weighed:
        """Whole-number weights; a contribution below nil weighs nothing."""
        if step.by is By.EQUAL:
            return [(one, 1) for one in partners]
        if step.by is By.AGREED:
            rates = dict(step.percent)
            scale = lcm(*(rate.denominator for rate in rates.values()))
            return [(one, int(rates[one] * scale)) for one in partners]
        found: _Weighed = []
        for partner in partners:
            given = self.contributed.get(partner)
            amount = NIL
            if given is not None:
                amount = given.opening if step.by is By.OPENING else given.revised
            found.append((partner, max(amount.pence, 0)))
        return found

    def most(self, limit: Limit, partners: Iterable[str]) -> Money:
        """What a limit comes to; never below nil."""
        if limit.amount is not None:
            return max(limit.amount, NIL)
        assert limit.percent is not None, "checked with the rule"
        if limit.of is Base.CONTRIBUTIONS:
            base = Money.total(
                self.contributed[one].opening for one in partners if one in self.contributed
            )
        else:
            base = Money.total(
                line.budget
                for line in self.lines
                if not limit.parts or self.part_of(line).code in limit.parts
            )
        return max(base.times(limit.percent / 100), NIL)

    def among(self, step: Step) -> tuple[str, ...]:
        if isinstance(step, Share) and step.among:
            return tuple(one for one in self.rule.partners if one in step.among)
        return (step.partner,) if isinstance(step, Bear) else self.rule.partners


@dataclass(slots=True)
class _Clause:
    """One clause at work on one variance, whose size it takes apart; the sign is put back last."""

    at: _Working
    part: Part
    lines: tuple[Line, ...]
    variance: Money
    clause: Clause
    pieces: list[Piece] = field(default_factory=list)
    over_caps: Money = NIL

    def run(self) -> tuple[Piece, ...]:
        left = abs(self.variance)
        if self.variance < NIL:
            left -= self._given_away(left)
        first = isinstance(self.clause.steps[0], Lie) and not self.pieces
        self._through(self.clause.steps, left, beyond=False, even_nil=first)
        if self.over_caps:
            self.at.reasons.append(f"The caps leave over {self.over_caps}.")
            self._through(self.clause.beyond, self.over_caps, beyond=True)
        return tuple(self.pieces)

    def _given_away(self, left: Money) -> Money:
        """What of an underspend an overspend elsewhere has used."""
        given = min(self.at.used.get(self.part.code, NIL), left)
        if given:
            self.at.used[self.part.code] -= given
            self._met(Met.OFFSET, given, "used against an overspend elsewhere", self.part.code)
        return given

    def _through(
        self, steps: Iterable[Step], left: Money, *, beyond: bool, even_nil: bool = False
    ) -> None:
        for step in steps:
            if not left and not even_nil:
                return
            if step.if_agreed and step.if_agreed not in self.at.agreed:
                self.at.reasons.append(
                    f"Nobody has agreed to “{step.if_agreed}”, so it is not done."
                )
                continue
            going = left
            if step.up_to is not None:
                going = min(left, self.at.most(step.up_to, self.at.among(step)))
            left -= self._take(step, going, beyond=beyond)
            even_nil = False
        assert not left, "the last step of a clause goes all the way"

    def _take(self, step: Step, going: Money, *, beyond: bool) -> Money:
        """Do one step with an amount; returns how much of it the step took."""
        match step:
            case Share():
                return self._share(step, going, beyond=beyond)
            case Bear():
                return self._carry([(step.partner, going)], step, beyond=beyond)
            case Lie():
                return self._carry(self._by_lead(going), step, beyond=beyond)
            case Offset():
                return self._offset(step, going)
            case Draw():
                had = max(self.at.held.get(step.resource, NIL), NIL)
                drawn = min(going, had)
                self.at.held[step.resource] = had - drawn
                title = resource_title(step.resource, self.at.rule)
                return self._met(Met.RESOURCE, drawn, f"met from {title}", step.resource)
            case Cut():
                return self._cut(step, going)
            case Keep():
                words = kept_in_words(step)
                return self._met(Met.KEPT, going, words, step.use.value, beyond=beyond)
            case Act():
                return self._met(Met.ACTION, going, step.words, beyond=beyond)
        raise AssertionError(step)

    def _share(self, step: Share, going: Money, *, beyond: bool) -> Money:
        weighed = self.at.weights(step, self.at.among(step))
        if not any(weight for _, weight in weighed):
            words = (
                "It cannot be shared, since none of the partners concerned has a contribution: "
                "the partners must say how it is carried."
            )
            return self._met(Met.ACTION, going, words, beyond=beyond)
        if step.within_caps:
            return self._carry(self._filled(weighed, going), step, beyond=beyond, capped=False)
        split = going.split([weight for _, weight in weighed])
        shared = [(one, amount) for (one, _), amount in zip(weighed, split, strict=True)]
        return self._carry(shared, step, beyond=beyond)

    def _carry(
        self,
        shared: list[tuple[str, Money]],
        step: Step,
        *,
        beyond: bool,
        capped: bool = True,
    ) -> Money:
        """Partners carry amounts, each as far as its cap; what is over the caps is put aside."""
        taken = Money.total(amount for _, amount in shared)
        carried: list[tuple[str, Money]] = []
        for partner, amount in shared:
            room = self._room(partner)
            if capped and not beyond and room is not None and amount > room:
                self.over_caps += amount - room
                carried.append((partner, room))
                self.at.reasons.append(f"{self._name(partner)} reaches its cap.")
            else:
                carried.append((partner, amount))
        sign = -1 if self.variance < NIL else 1
        for partner, amount in carried:
            key = (self.part.code, self.variance < NIL, partner)
            self.at.carried[key] = self.at.carried.get(key, NIL) + amount
        first = step == self.clause.steps[0] and not beyond
        words = step_in_words(step, self.at.rule, self.at.names, first=first)
        whole = Money.total(amount for _, amount in carried)
        self.pieces.append(
            Piece(
                how=Met.PARTNERS,
                amount=_signed(whole, sign),
                words=words,
                by_partner=tuple((one, _signed(amount, sign)) for one, amount in carried),
                beyond_caps=beyond,
            )
        )
        each = listed(f"{self._name(one)} {amount}" for one, amount in carried)
        self.at.reasons.append(f"{words} That is {each}.")
        return taken

    def _room(self, partner: str) -> Money | None:
        """What a partner may still carry by this clause; None for no cap."""
        for cap in self.clause.caps:
            if cap.partner == partner:
                key = (self.part.code, self.variance < NIL, partner)
                return max(self.at.most(cap.limit, [partner]) - self.at.carried.get(key, NIL), NIL)
        return None

    def _filled(self, weighed: _Weighed, going: Money) -> list[tuple[str, Money]]:
        """Shares in proportion among partners with room; who is full leaves the rest to others."""
        got = {partner: NIL for partner, _ in weighed}
        open_to = [(one, weight) for one, weight in weighed if weight and self._room(one) != NIL]
        left = going
        while left and open_to:
            split = left.split([weight for _, weight in open_to])
            full = [
                (one, room)
                for (one, _), amount in zip(open_to, split, strict=True)
                if (room := self._room(one)) is not None and amount > room
            ]
            if not full:
                for (one, _), amount in zip(open_to, split, strict=True):
                    got[one] += amount
                left = NIL
            for one, room in full:
                got[one] += room
                left -= room
            gone = {one for one, _ in full}
            open_to = [(one, weight) for one, weight in open_to if one not in gone]
        return list(got.items())

    def _by_lead(self, going: Money) -> list[tuple[str, Money]]:
        """The lines' own variances by leading partner; a part of them in proportion."""
        sign = -1 if self.variance < NIL else 1
        found = dict.fromkeys(self.at.rule.partners, NIL)
        for line in self.lines:
            lead = self.at.rule.lead_of(line.fund, line.service, line.account)
            found[lead] += _signed(line.variance, sign)
        if going == abs(self.variance):
            return list(found.items())
        split = going.split([max(amount.pence, 0) for amount in found.values()])
        return list(zip(found, split, strict=True))

    def _offset(self, step: Offset, going: Money) -> Money:
        left = going
        for code in step.against:
            used = min(left, self.at.left_to_offset.get(code, NIL))
            self.at.use(code, used)
            title = self.at.rule.part(code).title
            left -= self._met(Met.OFFSET, used, f"set against an underspend in {title}", code)
        return going - left

    def _cut(self, step: Cut, going: Money) -> Money:
        left = going
        for code in step.parts or (self.part.code,):
            cut = min(left, self.at.left_to_cut(code))
            self.at.cut[code] = self.at.cut.get(code, NIL) + cut
            title = self.at.rule.part(code).title
            left -= self._met(Met.CUT, cut, f"met by cutting what {title} has not committed", code)
        return going - left

    def _met(
        self, how: Met, amount: Money, words: str, of: str = "", *, beyond: bool = False
    ) -> Money:
        if not amount:
            self.at.reasons.append(f"Nothing is {words}.")
            return NIL
        sign = -1 if self.variance < NIL else 1
        self.pieces.append(
            Piece(how=how, amount=_signed(amount, sign), words=words, of=of, beyond_caps=beyond)
        )
        self.at.reasons.append(
            f"{amount} is {words}." if how is not Met.ACTION else f"{amount} is not shared: {words}"
        )
        return amount

    def _name(self, partner: str) -> str:
        return named(partner, self.at.names)


def _signed(amount: Money, sign: int) -> Money:
    return amount if sign > 0 else -amount
