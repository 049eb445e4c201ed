"""The letter that asks a partner for what is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.money import Money
from ledger.pool.contributions import Instalment
from ledger.wording import counted, day_in_full


def reminder(
    *,
    trust: str,
    fund: str,
    partner: str,
    agreement: str,
    overdue: Sequence[Instalment],
    day: date,
) -> str:
    """A reminder of overdue instalments, each with its age; it asks for the undisputed part only."""
    lines = []
    for one in sorted(overdue, key=lambda one: one.day):
        line = (
            f"- {day_in_full(one.day)}: {one.outstanding} outstanding, "
            f"{counted((day - one.day).days, 'day')} overdue"
        )
        lines.append(f"{line}; {one.disputed} of it is disputed." if one.disputed else f"{line}.")
    asked = Money.total(one.undisputed for one in overdue)
    disputed = Money.total(one.disputed for one in overdue)
    under = f"under {agreement}" if agreement else "under our agreement"
    paragraphs = [
        f"{day_in_full(day)}",
        f"To {partner}",
        f"{fund}: contributions overdue",
        f"These instalments to the fund are overdue {under}:",
        "\n".join(lines),
        f"Please pay {asked}.",
    ]
    if disputed:
        paragraphs.append(
            f"{disputed} is in dispute. It stays in the accounts as owed until the dispute ends, "
            "and is not set off against anything; this letter does not ask for it."
        )
    paragraphs.append(trust)
    return "\n\n".join(paragraphs)
