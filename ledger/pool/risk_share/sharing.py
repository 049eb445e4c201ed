"""A variance as it was shared: cases, the pieces each was met in, the effect on each partner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from ledger.money import NIL, Money
from ledger.pool.risk_share.rule import Clause, Part, RiskShare


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a budget with what it has come to, or is forecast to.

    `uncommitted` is what of that is neither spent nor promised yet, so could still be cut.
    """

    account: str
    service: str = ""
    fund: str = ""
    budget: Money = NIL
    outturn: Money = NIL
    uncommitted: Money = NIL

    @property
    def variance(self) -> Money:
        """Outturn less budget: above nil is overspent."""
        return self.outturn - self.budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributed:
    """What a partner puts in: as the year opened, as it stands now, due so far, paid so far."""

    partner: str
    opening: Money
    revised: Money
    due: Money = NIL
    paid: Money = NIL


class Met(StrEnum):
    """How a piece of a variance is met."""

    PARTNERS = "partners"
    OFFSET = "offset"
    RESOURCE = "resource"
    CUT = "cut"
    KEPT = "kept"
    ACTION = "action"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a variance, with the sign of the variance, and how it is met.

    `of` is the part, resource or use where it is met otherwise than by partners. `beyond_caps`
    says that caps had left it over.
    """

    how: Met
    amount: Money
    words: str
    of: str = ""
    by_partner: tuple[tuple[str, Money], ...] = ()
    beyond_caps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Lines that are taken together, the clause that met their variance, and its pieces."""

    part: Part
    lines: tuple[Line, ...]
    variance: Money
    clause: Clause | None
    words: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """A variance shared by a rule. The pieces of its cases sum to it exactly.

    `reasons` are the steps of the working, as a person would follow them.
    """

    rule: RiskShare
    cases: tuple[Case, ...]
    reasons: tuple[str, ...]

    @property
    def variance(self) -> Money:
        return Money.total(case.variance for case in self.cases)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return tuple(piece for case in self.cases for piece in case.pieces)

    @property
    def shares(self) -> dict[str, Money]:
        """Each partner's share, in the order of the agreement; below nil it gets back."""
        found = dict.fromkeys(self.rule.partners, NIL)
        for piece in self.pieces:
            for partner, amount in piece.by_partner:
                found[partner] += amount
        return found

    @property
    def met_otherwise(self) -> tuple[Piece, ...]:
        """What no partner carries: offset, met from a resource, cut, kept in the fund."""
        return tuple(p for p in self.pieces if p.how not in (Met.PARTNERS, Met.ACTION))

    @property
    def actions(self) -> tuple[Piece, ...]:
        """What is not shared because something must be done first."""
        return tuple(piece for piece in self.pieces if piece.how is Met.ACTION)

    @property
    def beyond_caps(self) -> Money:
        """What the caps left over, whoever carries it by the rule."""
        return Money.total(piece.amount for piece in self.pieces if piece.beyond_caps)


def joined(rule: RiskShare, sharings: Sequence[Sharing]) -> Sharing:
    """Sharings of several stretches of a year as one, under the rule the year ends with.

    Its partners come first, then those of the rules before it alone.
    """
    partners = dict.fromkeys((*rule.partners, *(p for one in sharings for p in one.rule.partners)))
    return Sharing(
        rule=replace(rule, partners=tuple(partners)),
        cases=tuple(case for one in sharings for case in one.cases),
        reasons=tuple(reason for one in sharings for reason in one.reasons),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a sharing means to a partner in cash: above nil it pays, below nil it gets."""

    partner: str
    share: Money
    due: Money
    paid: Money

    @property
    def still_due(self) -> Money:
        """Contributions due and not paid."""
        return self.due - self.paid

    @property
    def in_cash(self) -> Money:
        return self.share + self.still_due


def effects(sharing: Sharing, contributions: Iterable[Contributed]) -> tuple[Effect, ...]:
    """What it means to each partner in cash, given what it was due to pay in and has paid."""
    by_partner = {one.partner: one for one in contributions}
    none = Contributed(partner="", opening=NIL, revised=NIL)
    return tuple(
        Effect(
            partner=partner,
            share=share,
            due=by_partner.get(partner, none).due,
            paid=by_partner.get(partner, none).paid,
        )
        for partner, share in sharing.shares.items()
    )
