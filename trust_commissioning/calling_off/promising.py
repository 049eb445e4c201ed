"""What a call-off promises, entered and held against what is available."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlmodel import Session

from ledger.journal import Journal
from ledger.money import NIL, Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.calling_off.asked import Override
from trust_commissioning.posting import changes_of_promises, post_many
from trust_commissioning.reports.available import available
from trust_commissioning.store import standing

_Line = tuple[str, FinancialYear, str]
"""A fund, a year, a service."""


def promise(
    session: Session,
    numbers: Collection[str],
    *,
    day: date,
    period: Period | None,
    because: str,
    override: Override | None = None,
    by: str,
    at: datetime,
) -> list[str]:
    """Bring the commitment book to what call-offs promise; returns the journals' numbers.

    Raises:
        Refused: ``more_than_is_available``, unless a person who may override it gives a reason.
    """
    changes = changes_of_promises(session, numbers, day=day, period=period, because=because)
    found = list(_beyond_what_is_available(session, changes))
    if found and override is None:
        raise Refused(found)
    if found:
        roles.check(session, by, roles.Action.OVERRIDE_LIMIT)
    if not changes:
        return []
    return post_many(session, changes, by=by, at=at, action=roles.Action.CALL_OFF)


def _beyond_what_is_available(session: Session, changes: Sequence[Journal]) -> Iterator[Problem]:
    """Available is budget less commitment less actual, of the service where the fund has a budget
    for it, else of the fund."""
    more: dict[_Line, Money] = {}
    for journal in changes:
        for line in journal.postings:
            if line.account.startswith("Expenses:"):
                key = (journal.fund, journal.period.year, line.service or "")
                more[key] = more.get(key, NIL) + line.amount
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
