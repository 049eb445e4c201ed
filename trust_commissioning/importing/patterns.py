"""Which patterns a coding rule may have: those that are tried on a cell in next to no time.

A pattern with many ways to match one text is tried in all of them before it is given up, and
nothing else happens in this process meanwhile. So the ways are counted before it is taken.
"""

from __future__ import annotations

import re

LONGEST_TEXT = 200
"""A pattern is tried on this much of a cell."""
_MOST_WAYS = 8 * LONGEST_TEXT**2
"""Two parts repeated at will, and three that may be left out: a fraction of a second at the worst."""
_ONE_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
_PLAIN_GROUP = re.compile(r"^\(\?i\)|(?<=\()\?:")
_NOT_GREEDY = re.compile(r"([*+?}])[?+]")
_TIMES = re.compile(r"\{(\d*)(,?)(\d*)\}", re.ASCII)


def wrong_with(pattern: str) -> str:
    """What is wrong with a pattern, as the end of a sentence; empty where it may be used."""
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as wrong:
        return f"is not a pattern: {wrong}"
    signs = _PLAIN_GROUP.sub("", _ONE_SIGN.sub("x", pattern))
    repeats_what_it_found = any(
        re.fullmatch(r"\\[1-9]", sign) for sign in _ONE_SIGN.findall(pattern)
    )
    if "(?" in signs:
        return "begins a group with “(?”, of which only “(?:” is read here"
    if re.search(r"\)[*+{?]", signs) or repeats_what_it_found:
        return "repeats a group, which could take for ever to try"
    if _ways(_NOT_GREEDY.sub(r"\1", signs)) > _MOST_WAYS:
        return "repeats or leaves open so many parts that it could take for ever to try"
    return ""


def _ways(signs: str) -> int:
    """How many ways to match a text are tried at most, from one place of it."""
    ways = 1
    for least, comma, most in _TIMES.findall(signs):
        lowest = int(least or 0)
        highest = min(int(most or LONGEST_TEXT), LONGEST_TEXT) if comma else lowest
        ways *= max(highest - lowest + 1, 1)
    left = _TIMES.sub("", signs)
    for sign in left:
        ways *= {"*": LONGEST_TEXT, "+": LONGEST_TEXT, "?": 2}.get(sign, 1)
    return ways * _choices(left)


def _choices(signs: str) -> int:
    """What the alternatives within groups multiply it by; those of the whole only add up."""
    ways, within = 1, [1]
    for sign in signs:
        if sign == "(":
            within.append(1)
        elif sign == ")" and len(within) > 1:
            ways *= within.pop()
        elif sign == "|":
            within[-1] += 1
    return ways
