"""Which characters a text may hold; what is shown in place of the others."""

from __future__ import annotations

import unicodedata

_REPLACED = "\ufffd"


def unfit_characters(text: str) -> str:
    """The characters of `text` no book can hold, as ``U+0000``; empty where there are none.

    Control characters, line and paragraph separators and lone surrogates: they would break a
    line of the published books. Direction marks are kept out because they make a text read
    otherwise than it is stored.
    """
    if text.isprintable():
        return ""
    return ", ".join(f"U+{ord(c):04X}" for c in sorted(set(filter(_is_unfit, text))))


def shown(text: str) -> str:
    """The text with a mark for each unfit character, so that any screen, file or answer can hold it.

    What is quoted in a refusal came from outside: it may not break the answer, begin a line of its
    own or tell a terminal what to do.
    """
    if text.isprintable():
        return text
    return "".join(_REPLACED if _is_unfit(c) else c for c in text)


def _is_unfit(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
