"""What a report may be narrowed to, besides a fund and periods: one way for every screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum

from trust_commissioning.reports.shape import Scope


class Narrowing(StrEnum):
    """A field of `Scope` that asks for one of several."""

    PARTNER = "partner"
    GRANT = "grant"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.value.capitalize()

    @property
    def of_all(self) -> str:
        """What a screen calls the choice of none: ``All partners``."""
        return f"All {self.value}s"

    def to(self, scope: Scope, chosen: str | None) -> Scope:
        """A scope of this one alone."""
        if self is Narrowing.PARTNER:
            return replace(scope, partner=chosen)
        return replace(scope, grant=chosen)


NARROWED_TO: Mapping[str, tuple[Narrowing, ...]] = {
    "contributions": (Narrowing.PARTNER,),
    "partner-position": (Narrowing.PARTNER,),
    "risk-share": (Narrowing.PARTNER,),
    "grant-statement": (Narrowing.GRANT,),
    "grant-claim": (Narrowing.GRANT,),
    "grant-exposure": (Narrowing.GRANT,),
    "grant-series": (Narrowing.GRANT,),
    "map-actions": (Narrowing.GRANT,),
    "changes-since": (Narrowing.PARTNER, Narrowing.GRANT),
}
"""By the public name of a report. What stands here for none takes in every partner and grant."""
