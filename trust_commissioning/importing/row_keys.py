"""What a line is known by when it comes again in another file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ledger.money import Money
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.files.columns import Columns, Meaning, normal
from trust_commissioning.files.dates import DateRules, ReadDate, read_date

_MONEY = (Meaning.GROSS, Meaning.VAT, Meaning.IRRECOVERABLE_VAT)
_DATES = (Meaning.DATE, Meaning.PERIOD, Meaning.EFFECTIVE_DATE)
_REMEMBERED = 50_000


class RowKeys:
    """Makes the keys of one file's rows.

    Extracts repeat themselves, so the one form of a cell is remembered by column and text.
    """

    def __init__(self, columns: Columns, rules: DateRules, *, date_at: int) -> None:
        self._amount_at, self._date_at = columns.index[Meaning.AMOUNT], date_at
        self._names = tuple(normal(label) for label in columns.labels)
        self._forms: dict[int, Callable[[str], str]] = {
            place: money_form if meaning in _MONEY else lambda text: date_form(text, rules)
            for meaning, place in columns.index.items()
            if meaning in _MONEY or meaning in _DATES
        }
        self._remembered: dict[tuple[int, str], str] = {}

    def key(self, cells: Sequence[str], amount: Money, read: ReadDate) -> str:
        """A hash of all a row says, the same however its file is laid out or written.

        Columns may stand in another order and blank ones may come or go; capitals, spacing and
        the writing of amounts and dates do not matter. Each cell goes in with its heading, so
        that nothing a profile says changes a key but what it says of amounts and dates.
        """
        said = [
            f"{self._names[place]}\0{self._form(place, cell)}"
            for place, cell in enumerate(cells[: len(self._names)])
            if cell and place not in {self._amount_at, self._date_at}
        ]
        day = str(read.day)[: 7 if read.month_only else 10]
        return _hash(day, amount.plain, *sorted(said))

    def _form(self, place: int, cell: str) -> str:
        form = self._remembered.get((place, cell))
        if form is None:
            form = self._forms.get(place, folded)(cell)
            if len(self._remembered) < _REMEMBERED:
                self._remembered[place, cell] = form
        return form


def likeness(read: ReadDate, amount: Money, supplier: str, reference: str) -> str:
    """A hash of what one payment keeps in any printing: day, amount, supplier, reference.

    Zeros before a reference are left out, since spreadsheets eat them.
    """
    return _hash(
        str(read.day), str(amount.pence), _letters(supplier), _letters(reference).lstrip("0")
    )


def folded(text: str) -> str:
    """A text without its capitals and its doubled spaces."""
    return " ".join(text.casefold().split())


def money_form(text: str) -> str:
    """An amount in one way of writing; any other text folded."""
    read = read_amount(text)
    return read.money.plain if isinstance(read, Amount) else folded(text)


def date_form(text: str, rules: DateRules) -> str:
    """A date in one way of writing; any other text folded."""
    read = read_date(text, rules)
    if not isinstance(read, ReadDate):
        return folded(text)
    return str(read.day)[: 7 if read.month_only else 10]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _hash(*parts: str) -> str:
    """NUL parts them: no cell holds one, since a file that does is refused."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
