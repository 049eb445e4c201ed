"""A rest from Python's search for garbage while a file is loaded.

A file's lines are all kept until they are posted; looking through them again and again for
something to throw away is a sixth of what an import costs.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
