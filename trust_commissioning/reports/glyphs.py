"""Which characters the papers' letters have.

A PDF made to last may hold no character that its font cannot draw, and a narration may hold any.
This reads the one table of a TrueType font that says (`cmap`, OpenType specification: format 12,
whole Unicode), so that what cannot be drawn is seen before the page is set.
"""

from __future__ import annotations

import struct
import unicodedata
from functools import cache
from pathlib import Path

MISSING = "□"
_FORMAT_12 = 12
_LAID_OUT = {"\n": " ", "\t": " ", "\u00ad": "", "\u2060": ""}
"""White space that a paper lays out by itself."""


def drawable(text: str, font: Path) -> str:
    """The text with a box for each character that the font cannot draw."""
    have = _characters(font)
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        _LAID_OUT.get(letter, letter if ord(letter) in have else MISSING) for letter in composed
    )


@cache
def _characters(font: Path) -> frozenset[int]:
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    places = {
        data[at : at + 4]: struct.unpack_from(">I", data, at + 8)[0]
        for at in range(12, 12 + 16 * tables, 16)
    }
    cmap = places[b"cmap"]
    (maps,) = struct.unpack_from(">H", data, cmap + 2)
    found: set[int] = set()
    for at in range(cmap + 4, cmap + 4 + 8 * maps, 8):
        where = cmap + struct.unpack_from(">I", data, at + 4)[0]
        if struct.unpack_from(">H", data, where)[0] == _FORMAT_12:
            (groups,) = struct.unpack_from(">I", data, where + 12)
            for group in range(where + 16, where + 16 + 12 * groups, 12):
                first, last, _ = struct.unpack_from(">III", data, group)
                found.update(range(first, last + 1))
    return frozenset(found)
