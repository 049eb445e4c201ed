"""Days as an iCalendar file (RFC 5545), which any calendar takes in: whole days, no alarms.

A line is no longer than 75 octets and goes on after a space; commas, semicolons, backslashes and
line ends within a value are escaped (sections 3.1 and 3.3.11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

_LONGEST = 75
_MAKER = "-//Trust Commissioning//Calendar of commissioning//EN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One whole day; `uid` is the same each time the file is made."""

    uid: str
    day: date
    summary: str
    description: str


def as_icalendar(entries: Iterable[Entry], *, name: str, at: datetime) -> bytes:
    """The file, as made at an instant."""
    said = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_MAKER}", f"X-WR-CALNAME:{_escaped(name)}"]
    for one in entries:
        said += [
            "BEGIN:VEVENT",
            f"UID:{_escaped(one.uid)}",
            f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(one.summary)}",
            f"DESCRIPTION:{_escaped(one.description)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    said.append("END:VCALENDAR")
    return "".join(part + "\r\n" for line in said for part in _folded(line)).encode()


def _escaped(words: str) -> str:
    for mark in ("\\", ";", ","):
        words = words.replace(mark, f"\\{mark}")
    return "\\n".join(words.splitlines())


def _folded(line: str) -> Iterator[str]:
    """A line in parts of so many octets, no letter torn apart."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST:
            yield part
            part = " "
        part += letter
    yield part
