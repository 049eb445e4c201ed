"""The time, asked once at the edge, then passed in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from ledger.wording import day_in_full

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """This instant, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def day_of(at: datetime) -> date:
    """The accounting day of an instant: the date in London."""
    return at.astimezone(LONDON).date()


def as_text(at: datetime) -> str:
    """``2003-04-30T09:15:00+00:00``: how an instant is kept in the database.

    Instants are kept as text because SQLite drops time zones.
    """
    assert at.tzinfo is not None, "an instant is aware"
    return at.astimezone(UTC).isoformat(timespec="seconds")


def from_text(text: str) -> datetime:
    """Read what `as_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)


def in_full(at: datetime) -> str:
    """``3 April 2003 at 2:05pm``, in London."""
    local = at.astimezone(LONDON)
    half = "am" if local.hour < 12 else "pm"
    return f"{day_in_full(local.date())} at {local.hour % 12 or 12}:{local:%M}{half}"
