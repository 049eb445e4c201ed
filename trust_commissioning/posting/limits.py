"""Promises held against what is available: going beyond it needs a person with authority and a reason.

Available is budget less commitment less actual, of the service where the fund has a budget for it,
else of the fund. A call-off and what makes its contract dearer are held alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.reports.available import available
from trust_commissioning.store import standing

Line = tuple[str, FinancialYear, str]
"""A fund, a year, a service."""


def hold_to_available(
    session: Session, more: Mapping[Line, Money], *, overridden: bool, by: str
) -> list[Problem]:
    """What goes beyond what is available and is let go on by a person with authority, in sentences.

    Raises:
        Refused: ``more_than_is_available`` where nobody overrides it; ``not_permitted`` where the
            person may not.
    """
    found = list(_beyond(session, more))
    if found and not overridden:
        raise Refused(found)
    if found:
        roles.check(session, by, roles.Action.OVERRIDE_LIMIT)
    return found


def promised_more(changes: Iterable[Journal]) -> dict[Line, Money]:
    """By how much journals of the commitment book raise what is promised, by line."""
    more: dict[Line, Money] = {}
    for journal in changes:
        for line in journal.postings:
            if line.account.startswith("Expenses:"):
                key = (journal.fund, journal.period.year, line.service or "")
                more[key] = more.get(key, NIL) + line.amount
    return more


def _beyond(session: Session, more: Mapping[Line, Money]) -> Iterator[Problem]:
    titles = standing.titles(session, "fund", "service")
    for (fund, year, service), amount in sorted(more.items(), key=lambda one: str(one[0])):
        if amount <= NIL:
            continue
        left, of_service = available(session, fund, year, service)
        if amount > left:
            whose = f"{titles['service'].get(service, service)} in " if of_service else ""
            yield Problem(
                "more_than_is_available",
                f"This promises {amount} more of {whose}{titles['fund'].get(fund, fund)} in {year}, "
                f"where {left} is available. A person with authority may let it go on, with a "
                "reason.",
                "override",
            )
