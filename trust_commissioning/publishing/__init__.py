"""The published books: a Beancount copy of the record that is held against it before it is shown.

Doors call `publish` in a `store.reading` and then `note` in a `store.transaction`; `verify` is
``trust books verify``.
"""

from trust_commissioning.publishing.manifest import Manifest, books_for_fava
from trust_commissioning.publishing.publication import Publication, note, publish
from trust_commissioning.publishing.record import Head
from trust_commissioning.publishing.verification import verify

__all__ = ["Head", "Manifest", "Publication", "books_for_fava", "note", "publish", "verify"]
