"""The published books: a Beancount copy of the record that is held against it before it is shown.

Doors call `publish` in a `store.reading` and then `note` in a `store.transaction`; `verify` is
``trust books verify``. `books_to_take` is a partner's copy of its own funds.
"""

from trust_commissioning.publishing.figures import Figures, year_of
from trust_commissioning.publishing.lines import Place, place_of
from trust_commissioning.publishing.manifest import Manifest, books_for_fava
from trust_commissioning.publishing.publication import Publication, note, publish
from trust_commissioning.publishing.record import Head
from trust_commissioning.publishing.taking import books_to_take
from trust_commissioning.publishing.verification import verify

__all__ = [
    "Figures",
    "Head",
    "Manifest",
    "Place",
    "Publication",
    "books_for_fava",
    "books_to_take",
    "note",
    "place_of",
    "publish",
    "verify",
    "year_of",
]
