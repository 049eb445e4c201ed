"""Columns beside an amount that say what it is of: its currency, debit or credit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ledger.problems import Problem
from trust_commissioning.files.amounts import Amount, shown

_STERLING = frozenset(
    {"", "£", "gbp", "sterling", "pound sterling", "pounds sterling", "pound", "pounds", "stg"}
)
_CREDIT = frozenset({"cr", "c", "credit"})
_DEBIT = frozenset({"dr", "d", "debit"})


def check_currency(text: str) -> Problem | None:
    """The problem of an amount whose row says another currency than sterling, or None."""
    if _plain(text) in _STERLING:
        return None
    return Problem(
        "currency_not_sterling",
        f"The amount is in {shown(text)}. Only sterling can be loaded.",
    )


def not_sterling_as_shown(number_format: str) -> Problem:
    """The problem of a workbook's number that its format shows as another currency."""
    return Problem(
        "currency_not_sterling",
        f"The workbook shows this amount as another currency than sterling ({shown(number_format)})."
        " Only sterling can be loaded.",
    )


def debits_are_marked(texts: Iterable[str]) -> bool:
    """Whether any row of the file is marked as a debit, so that an unmarked one is neither."""
    return any(_plain(text) in _DEBIT for text in set(texts))


def signed(amount: Amount, text: str, *, debits_marked: bool) -> Amount | Problem:
    """The amount with the sign that the row's mark of debit or credit gives it.

    A debit stays as it is, a credit is below nil. A credit already below nil may be a credit
    printed twice over or one taken back, so it is refused.
    """
    mark = _plain(text)
    if mark in _DEBIT or (not mark and not debits_marked) or not amount.money:
        return amount
    if mark in _CREDIT and amount.money.pence > 0:
        return replace(amount, money=-amount.money)
    if mark in _CREDIT:
        return Problem(
            "debit_credit_unclear",
            f"{amount.money} is below nil and the row says {shown(text)}, so which sign is meant is"
            " not certain. If the amounts have their signs, say that the file has no such column.",
        )
    said = shown(text) if mark else "neither, and other rows do"
    return Problem(
        "debit_credit_unclear",
        f"Whether this amount is a debit or a credit is not certain: the row says {said}.",
    )


def _plain(text: str) -> str:
    return " ".join(text.casefold().rstrip(".").split())
