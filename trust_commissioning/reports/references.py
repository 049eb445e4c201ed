"""A reference that a page made up for a form is told to people in words: to them it says nothing.

It names the request, so that the form sent again is the same event; programs see it as it is.
"""

from __future__ import annotations

import re

_MADE_BY_A_PAGE = re.compile(r"\bpage/[0-9a-f]{12}\b(?:/[0-9]+)?", re.ASCII)
_WORDS = "put in on a page"


def in_words(text: str) -> str:
    """``page/98d9a1b2c3d4: paid late`` as ``Put in on a page: paid late``."""
    if "page/" not in text:
        return text
    said = _MADE_BY_A_PAGE.sub(_WORDS, text)
    return said if said == text or not said.startswith(_WORDS) else said[0].upper() + said[1:]
