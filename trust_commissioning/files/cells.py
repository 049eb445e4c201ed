"""Text made safe for a spreadsheet's cell."""

from __future__ import annotations

import re

_RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")


def inert_cell(text: str) -> str:
    """Text that a spreadsheet shows and does not run: an apostrophe before a formula's first sign.

    A plain number keeps its sign, so that it stays a number.
    """
    if text.startswith(_RISKY_STARTS) and _NUMBER.fullmatch(text) is None:
        return f"'{text}"
    return text
