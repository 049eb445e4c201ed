"""Coding rules tried on one line, which a file is coded by as a whole."""

from collections.abc import Iterable, Mapping
from datetime import date

from ledger.money import Money
from trust_commissioning.importing.coding import Coding, CodingRule, make_ready


def code_line(
    rules: Iterable[CodingRule], cells: Mapping[str, str], day: date, amount: Money
) -> Coding | None:
    """How the rules code one line given as text by column."""
    names = [name.strip().casefold() for name in cells]

    def find(name: str) -> int | None:
        wanted = name.strip().casefold()
        return names.index(wanted) if wanted in names else None

    return make_ready(rules, find).code(list(cells.values()), day, amount)
