"""Amounts of money as councils print them, read exactly.

What cannot be read for certain is a problem, never a guess. Read: ``1,234.50``, ``£1,000``,
``(9.99)``, ``-9.99``, ``−9.99`` (U+2212), ``450.00-``, ``450.00CR``, ``.50`` with spaces round the
parts, and Excel's ``£-`` for nil. Everything else is refused, among it thousands marked anywhere
but every three figures, continental ``1.234,56``, two signs at once, and figures in another script.

A lost character (U+FFFD) is refused too, even where it was probably a pound sign: in a file
saved wrongly an en dash leaves the same mark, and then the sign of the amount would be a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from ledger.money import Money
from ledger.problems import Problem

_PLAIN = re.compile(r"(-?)([0-9]{1,12})\.([0-9]{2})")
_SHAPE = re.compile(
    r"(?P<pound1>£)? ?(?P<opens>\()? ?(?P<minus1>-)? ?(?P<pound2>£)? ?(?P<minus2>-)? ?"
    r"(?P<pounds>[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+)?(?:\.(?P<fraction>[0-9]{1,30}))?"
    r" ?(?P<after>-|CR|cr|Cr)? ?(?P<closes>\))?"
)
_SCIENTIFIC = re.compile(r"-?[0-9](?:\.[0-9]{1,20})?[Ee]-[0-9]{1,3}")
_NIL = re.compile(r"£ ?-|- ?£")
_SPACES = re.compile("[ \u00a0\u2009\u202f]+")

_LONGEST_POUNDS = 12
"""A trillion pounds and more is refused: no council's line, and the API promises no more."""

RESIDUE = Fraction(1, 100_000)
"""Pounds. An amount less than a thousandth of a penny from whole pence is those pence with
the residue a spreadsheet's binary arithmetic leaves (``6.82121E-13`` is nil)."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Whole pence, with the text they came from where that was not whole pence.

    `residue` tells a spreadsheet's float residue from a rounding that somebody asked for.
    """

    money: Money
    rounded_from: str | None = None
    residue: bool = False


def read_amount(text: str, *, round_pence: bool = False) -> Amount | Problem:
    """The amount this cell prints, or the problem with it (without its row and column).

    With `round_pence` a fraction of a penny is rounded, halves away from zero, and the text
    kept in `rounded_from`; without it, it is a problem.
    """
    if (plain := _PLAIN.fullmatch(text)) is not None:
        pence = int(plain[2] + plain[3])
        return Amount(Money(-pence if plain[1] else pence))

    tidy = _SPACES.sub(" ", text).strip().replace("\u2212", "-")
    if not tidy:
        return Problem("amount_missing", "The amount is missing.")
    if _NIL.fullmatch(tidy):
        return Amount(Money(0))
    if _SCIENTIFIC.fullmatch(tidy):
        pounds = Fraction(tidy)
        return _in_pence(pounds, text, round_pence=False) if _is_nil(pounds) else _unreadable(text)

    found = _SHAPE.fullmatch(tidy)
    if found is None or not _is_one_amount(found):
        return _unreadable(text)
    whole = (found["pounds"] or "0").replace(",", "")
    if len(whole.lstrip("0")) > _LONGEST_POUNDS:
        return Problem("amount_too_large", f"{shown(text)} is a trillion pounds or more.")
    pounds = Fraction(f"{whole}.{found['fraction'] or '0'}")
    return _in_pence(-pounds if _is_negative(found) else pounds, text, round_pence=round_pence)


def shown(text: str) -> str:
    """A cell's text fit for a message: in quotation marks, on one line, cut at 60 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[:200]).split())
    return f"“{line[:59]}…”" if len(line) > 60 else f"“{line}”"


def _signs(found: re.Match[str]) -> list[str]:
    return [name for name in ("opens", "minus1", "minus2", "after") if found[name]]


def _is_negative(found: re.Match[str]) -> bool:
    return bool(_signs(found))


def _is_one_amount(found: re.Match[str]) -> bool:
    """At most one sign and one pound sign, brackets in pairs, and some figures."""
    return (
        len(_signs(found)) <= 1
        and bool(found["opens"]) == bool(found["closes"])
        and not (found["pound1"] and found["pound2"])
        and bool(found["pounds"] or found["fraction"])
    )


def _is_nil(pounds: Fraction) -> bool:
    return abs(pounds) < RESIDUE


def _in_pence(pounds: Fraction, text: str, *, round_pence: bool) -> Amount | Problem:
    exact = pounds * 100
    nearest = Money(100).times(pounds)
    if exact == nearest.pence:
        return Amount(nearest)
    if abs(exact - nearest.pence) < RESIDUE * 100:
        return Amount(nearest, rounded_from=text.strip(), residue=True)
    if round_pence:
        return Amount(nearest, rounded_from=text.strip())
    return Problem(
        "amount_not_whole_pence",
        f"{shown(text)} is not a whole number of pence. Correct it, or ask for fractions of a"
        " penny to be rounded.",
    )


def _unreadable(text: str) -> Problem:
    return Problem(
        "amount_not_readable", f"{shown(text)} is not an amount of money{_reason(text)}."
    )


def _reason(text: str) -> str:
    """Why, for the shapes that have been met; nothing for the rest."""
    if "redact" in text.casefold():
        return "; it was redacted before the file was sent"
    if text.strip().strip("#") == "":
        return "; the column was too narrow when the file was saved, so the figures are lost"
    if "\ufffd" in text:
        return (
            "; a character was lost when the file was saved, and it may have been a pound sign"
            " or a minus"
        )
    if re.search(r"[0-9]\.[0-9]{3},[0-9]", text) or re.fullmatch(r"-?[0-9]+,[0-9]{1,2}", text):
        return " as written in England, where the point comes before the pence"
    return ""
