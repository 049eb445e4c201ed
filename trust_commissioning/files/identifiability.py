"""Free text that may identify a child, found so that a person can be asked.

Nothing here proves that a child is named: one in eleven ten-figure invoice numbers passes the
check of an NHS number. So a finding is a question, never a refusal, and never repeats the text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.journal import Journal
from ledger.problems import Problem


class Identifier(StrEnum):
    """What a piece of text looks like; also the code of the warning."""

    NHS_NUMBER = "looks_like_nhs_number"
    UPN = "looks_like_pupil_number"
    BIRTH_WORDS = "mentions_date_of_birth"
    BIRTH_DATE = "looks_like_date_of_birth"


@dataclass(frozen=True, slots=True)
class Finding:
    """Where in the text (from `starts` up to but not including `ends`) and what it looks like."""

    identifier: Identifier
    starts: int
    ends: int


_NHS = re.compile(r"(?<![0-9A-Za-z])[0-9]{3}([ -]?)[0-9]{3}\1[0-9]{4}(?![0-9A-Za-z])")
_UPN = re.compile(r"(?<![0-9A-Za-z])[A-HJ-NP-RT-Za-hj-np-rt-z][0-9]{11}[0-9A-Za-z](?![0-9A-Za-z])")
_BIRTH = re.compile(
    r"(?<![A-Za-z])(?:d\.?o\.?b(?![A-Za-z])|date of birth|birth ?date|born (?:on |in )?[0-9])",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?<![0-9/.-])([0-9]{1,2})([/.-])([0-9]{1,2})\2((?:19|20)[0-9]{2})(?![0-9/.-])")
_WORTH_A_LOOK = re.compile(
    r"[0-9]{10}|[0-9]{3}[ -][0-9]{3}[ -]|[0-9][/.-](?:19|20)[0-9]{2}|[Bb][Ii][Rr][Tt]|[Bb]orn|BORN"
    r"|[Dd]\.?[Oo]\.?[Bb]"
)
_ASKED_ONE_BY_ONE = 20
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_QUESTIONS = {
    Identifier.NHS_NUMBER: "holds a number that passes the check of an NHS number",
    Identifier.UPN: "holds what passes the check of a unique pupil number",
    Identifier.BIRTH_WORDS: "mentions a date of birth",
    Identifier.BIRTH_DATE: "holds a date that could be a young person's date of birth",
}


def is_nhs_number(figures: str) -> bool:
    """Ten figures whose last is the check digit: modulus 11, weights 10 to 2.

    Ten equal figures pass the sum and were never given out.
    """
    if re.fullmatch(r"[0-9]{10}", figures) is None or len(set(figures)) == 1:
        return False
    total = sum(
        int(figure) * weight for figure, weight in zip(figures[:9], range(10, 1, -1), strict=True)
    )
    return (11 - total % 11) % 11 == int(figures[9])


def is_pupil_number(text: str) -> bool:
    """A unique pupil number: check letter, eleven figures, then a figure or, if temporary, a letter.

    The check letter is the figures by weights 2 to 13, modulus 23; a last letter counts by its
    place among the same 23.
    """
    if _UPN.fullmatch(text) is None:
        return False
    upper = text.upper()
    if upper[12] in "IOS":
        return False
    values = [int(c) if c.isdigit() else _UPN_LETTERS.index(c) for c in upper[1:]]
    return (
        _UPN_LETTERS[sum(v * w for v, w in zip(values, range(2, 14), strict=True)) % 23] == upper[0]
    )


def identifiers_in(text: str, *, day: date | None = None) -> tuple[Finding, ...]:
    """What in this text may identify a child.

    A date is one that could be of birth only if it lies more than a year and less than 26
    before `day` (that of the entry the text belongs to), since most dates in a narration say
    when a service was given. Without `day` any date within other words counts.
    """
    if not worth_a_look(text):
        return ()
    return tuple(sorted(_findings(text, day), key=lambda finding: finding.starts))


def worth_a_look(text: str) -> bool:
    """Whether `identifiers_in` could find anything: quick, and false for nearly every text."""
    return _WORTH_A_LOOK.search(text) is not None


def _findings(text: str, day: date | None) -> Iterator[Finding]:
    for found in _NHS.finditer(text):
        if is_nhs_number(re.sub("[^0-9]", "", found[0])):
            yield Finding(Identifier.NHS_NUMBER, *found.span())
    for found in _UPN.finditer(text):
        if is_pupil_number(found[0]):
            yield Finding(Identifier.UPN, *found.span())
    for found in _BIRTH.finditer(text):
        yield Finding(Identifier.BIRTH_WORDS, *found.span())
    for found in _DATE.finditer(text):
        if found[0] != text.strip() and _could_be_of_birth(found, day):
            yield Finding(Identifier.BIRTH_DATE, *found.span())


def _could_be_of_birth(found: re.Match[str], day: date | None) -> bool:
    try:
        read = date(int(found[4]), int(found[3]), int(found[1]))
    except ValueError:
        return False
    return day is None or 366 < (day - read).days < 26 * 366


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one row of a file by their columns, with the day of the entry it tells."""

    row: int
    day: date | None
    cells: Mapping[str, str]


def questions_in_file(rows: Iterable[Texts], *, quiet: Collection[str] = ()) -> Iterator[Problem]:
    """A question for each text of a file that may identify a child, or one for a whole column.

    The columns named in `quiet` hold what was read as an amount or a date.
    """
    found: dict[tuple[str, Identifier], list[int]] = {}
    dull: set[str] = {""}
    searched = 0
    for texts in rows:
        searched += 1
        for column, text in texts.cells.items():
            if text in dull or column in quiet:
                continue
            if not worth_a_look(text):
                dull.add(text)
                continue
            for identifier in {one.identifier for one in identifiers_in(text, day=texts.day)}:
                found.setdefault((column, identifier), []).append(texts.row)
    for (column, identifier), places in found.items():
        if len(places) > _ASKED_ONE_BY_ONE:
            yield question_about_many(identifier, len(places), searched, places[0], column)
        else:
            yield from (question(identifier, row=row, column=column) for row in places)


def questions_in_journal(journal: Journal) -> list[Problem]:
    """A question for each text of a keyed journal that may identify a child."""
    return [
        question(identifier, name)
        for name, text in (("narration", journal.narration), ("payee", journal.payee))
        for identifier in dict.fromkeys(
            one.identifier for one in identifiers_in(text, day=journal.day)
        )
    ]


def questions(day: date, **texts: str | None) -> tuple[Problem, ...]:
    """A question for each named text that may identify a child; its name is where it is."""
    return tuple(questions_in_event({name: text or "" for name, text in texts.items()}, day=day))


def questions_in_event(said: Mapping[str, object], *, day: date) -> list[Problem]:
    """A question for each text of an event that may identify a child, wherever in it it stands."""
    return [
        question(identifier, where)
        for where, text in _texts_in(said, "")
        for identifier in dict.fromkeys(one.identifier for one in identifiers_in(text, day=day))
    ]


def _texts_in(said: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        yield where, said
    elif isinstance(said, Mapping):
        for name, value in said.items():
            yield from _texts_in(value, f"{where}.{name}" if where else str(name))
    elif isinstance(said, list | tuple):
        for place, value in enumerate(said):
            yield from _texts_in(value, f"{where}[{place}]")


def question(
    identifier: Identifier, where: str = "", *, row: int | None = None, column: str | None = None
) -> Problem:
    """The warning that asks a person to look, without the text itself."""
    return Problem(
        identifier.value,
        f"This text {_QUESTIONS[identifier]}. No child may be identified here: look at it, and"
        " take it out if it is one.",
        where,
        row=row,
        column=column,
    )


def question_about_many(
    identifier: Identifier, count: int, rows: int, row: int, column: str
) -> Problem:
    """One warning for a column where so many cells are found that a list would hide the rest."""
    chance = (
        " Chance alone makes one ten-figure number in eleven pass."
        if identifier is Identifier.NHS_NUMBER
        else ""
    )
    return Problem(
        identifier.value,
        f"{count:,} of {rows:,} lines have text here that {_QUESTIONS[identifier]}; this is the"
        f" first.{chance} No child may be identified here: look at the column before loading it.",
        row=row,
        column=column,
    )
