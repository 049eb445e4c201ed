"""Passwords: what is asked of one and how it is kept."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from ledger.problems import Problem

SHORTEST = 12
LONGEST = 128

_HASHER = PasswordHasher()  # argon2id; RFC 9106's low-memory choice: 64 MiB, three passes

# The words of passwords people choose when made to choose one; compared without case, figures,
# signs and the letters people swap for figures.
_COMMON = (
    "administrator",
    "changeme",
    "childrenstrust",
    "council",
    "iloveyou",
    "letmein",
    "liverpool",
    "monkey",
    "password",
    "qwerty",
    "qwertyuiop",
    "secret",
    "welcome",
)
_SWAPS = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}
)

# Words that can be read aloud, without letters that look like figures: sixteen consonants and
# four vowels make 16 bits a word, 80 bits in five.
_CONSONANTS = "bdfghjkmnprstvwz"
_VOWELS = "aeou"


def problems_in(password: str, *, username: str = "", name: str = "") -> list[Problem]:
    """Everything that stops this password being used, or an empty list.

    Length is what counts (NIST SP 800-63B): no signs or figures are demanded.
    """
    return [*_check_length(password), *_check_guessable(_plain(password), username, name)]


def _check_length(password: str) -> Iterator[Problem]:
    if len(password) < SHORTEST:
        yield Problem(
            "password_too_short",
            f"A password has {SHORTEST} characters or more; three or four unrelated words are "
            "easy to remember and hard to guess.",
            "password",
        )
    if len(password) > LONGEST:
        yield Problem(
            "password_too_long", f"A password has {LONGEST} characters at most.", "password"
        )


def _check_guessable(plain: str, username: str, name: str) -> Iterator[Problem]:
    own = [word for word in (_plain(username), *map(_plain, name.split())) if len(word) > 3]
    left = plain
    for word in sorted({*own, *_COMMON}, key=len, reverse=True):
        left = left.replace(word, "")
    if plain and len(left) < 6 and left != plain:
        yield Problem(
            "password_guessable",
            "That password is mostly a name or a word many people use; choose words that have "
            "nothing to do with you or your work.",
            "password",
        )
    elif plain and len(set(plain)) < 5:
        yield Problem(
            "password_guessable",
            "That password repeats a few characters; choose three or four unrelated words.",
            "password",
        )


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SWAPS)
    return "".join(c for c in folded if c.isalnum() and not c.isdigit())


def kept(password: str) -> str:
    """The argon2id hash the database keeps."""
    return _HASHER.hash(unicodedata.normalize("NFKC", password))


@cache
def _nobodys() -> str:
    """A hash of nothing anybody knows: an unknown name takes as long to refuse as a known one."""
    return _HASHER.hash(secrets.token_urlsafe(32))


def matches(password_hash: str, password: str) -> bool:
    """Whether a password is the one kept; takes as long when there is none."""
    known = bool(password_hash)
    try:
        return (
            _HASHER.verify(
                password_hash or _nobodys(), unicodedata.normalize("NFKC", password[:LONGEST])
            )
            and known
        )
    except (Argon2Error, InvalidHashError):
        return False


def generated() -> str:
    """A password to hand to a person: ``vadok-benuz-horap-kujed-topag``."""
    return "-".join(
        "".join(secrets.choice(_CONSONANTS if place % 2 == 0 else _VOWELS) for place in range(5))
        for _ in range(5)
    )
