"""What becomes of a fund's surplus at the end of a year: carried forward, or given back.

No journal carries a balance forward: the next year's opening balance is derived (`ledger.book.carry`).
What is given back is a debt of the fund before its year closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.money import NIL, Money


class YearEnd(StrEnum):
    """The rule of a fund, which its agreement or its grant states."""

    CARRY_FORWARD = "carry_forward"
    REFUND_PARTNERS = "refund_partners"
    RETURN_TO_PAYER = "return_to_payer"

    @property
    def title(self) -> str:  # type: ignore[override]
        return _TITLES[self]


_TITLES = {
    YearEnd.CARRY_FORWARD: "Carried forward",
    YearEnd.REFUND_PARTNERS: "Refunded to the partners",
    YearEnd.RETURN_TO_PAYER: "Returned to who paid the grant",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a fund ends its year. A balance or a surplus above nil is the fund's own.

    `weights` part what is given back: among partners by code, or among the income accounts it
    came in by.
    """

    fund: str
    brought_forward: Money
    surplus: Money
    rule: YearEnd | None = None
    clause: str = ""
    weights: Mapping[str, int] = field(default_factory=dict)

    @property
    def balance(self) -> Money:
        return self.brought_forward + self.surplus

    @property
    def given_back(self) -> Money:
        """The year's surplus, as far as the fund has a balance to give it from.

        What earlier years carried forward stays: it was decided then.
        """
        if self.rule in (None, YearEnd.CARRY_FORWARD):
            return NIL
        return max(NIL, min(self.surplus, self.balance))

    @property
    def carried_forward(self) -> Money:
        return self.balance - self.given_back

    @property
    def shares(self) -> tuple[tuple[str, Money], ...]:
        """Each one's part of what is given back, in order of code; the parts sum to it exactly.

        None where nobody's weight is above nil.
        """
        codes = sorted(self.weights)
        if not self.given_back or not any(self.weights.values()):
            return ()
        parts = self.given_back.split([self.weights[code] for code in codes])
        return tuple((code, part) for code, part in zip(codes, parts, strict=True) if part)

    @property
    def is_decided(self) -> bool:
        """Whether there is nothing to decide, or a rule that can be followed."""
        if self.rule is None:
            return not self.balance
        return not self.given_back or bool(self.shares)
