"""How far long work has come, told to whoever waits for it: a command's bar, a page's.

Work says of its loops what they are doing (`steps`), and of what cannot be counted that it begins
(`now`). Who wants to know listens for as long as the work takes (`telling`). Where nobody listens,
both do nothing. Who listens may stop the work: `Stopped` then comes out of its next step, and the unit
of work it is in is left as by any other fault, with nothing changed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")

EVERY = 0.1
"""Seconds between two things that are told of counted work."""


class Stopped(BaseException):
    """Whoever waited for the work wants it no more. Nothing that takes faults for its own takes this."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done, in words of the trade; `of` is nil where it cannot be counted."""

    words: str
    done: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        """How much of the step is done, from 0 to 1; None where that cannot be said."""
        return min(self.done / self.of, 1.0) if self.of else None


Listener = Callable[[Step], None]


@dataclass(slots=True)
class _Listening:
    """Who listens to the work of this context, and the counted step it is in."""

    tell: Listener
    within: Step | None = None
    last: Step | None = None
    due: float = 0.0

    def told(self, step: Step) -> None:
        self.due, self.last = time.monotonic() + EVERY, step
        self.tell(step)


_LISTENING: ContextVar[_Listening | None] = ContextVar("who listens to progress", default=None)


@contextmanager
def telling(listener: Listener) -> Iterator[None]:
    """Tell `listener` of the work in this block, in the thread that does it.

    It is told some ten times a second, and may raise `Stopped`.
    """
    token = _LISTENING.set(_Listening(listener))
    try:
        yield
    finally:
        _LISTENING.reset(token)


def now(words: str) -> None:
    """Say what begins that cannot be counted. Within a counted step that one is told again."""
    listening = _LISTENING.get()
    if listening is not None:
        listening.told(listening.within or Step(words))


def steps(items: Iterable[Item], words: str, of: int | None = None) -> Iterable[Item]:
    """The items, each told as it is come to; `of` is how many there are, where they do not say.

    A loop within another's is not told by itself: the outer one says how far all of it has come.
    """
    listening = _LISTENING.get()
    if listening is None:
        return items
    if listening.within is not None:
        return _within(items, listening)
    if of is None:
        of = len(items) if isinstance(items, Sized) else 0
    return _counted(items, listening, words, of)


def pieces(rows: Sequence[Item], size: int, words: str) -> Iterable[Sequence[Item]]:
    """The rows so many at a time, for what takes them together; it is rows that are told."""
    cut = (rows[start : start + size] for start in range(0, len(rows), size))
    listening = _LISTENING.get()
    if listening is None:
        return cut
    if listening.within is not None:
        return _within(cut, listening)
    return _counted(cut, listening, words, len(rows), each=size)


def _within(items: Iterable[Item], listening: _Listening) -> Iterator[Item]:
    for item in items:
        if listening.within is not None and time.monotonic() >= listening.due:
            listening.told(listening.within)
        yield item


def _counted(
    items: Iterable[Item], listening: _Listening, words: str, of: int, each: int = 1
) -> Iterator[Item]:
    done, was_told, began = 0, False, time.monotonic()
    listening.within = Step(words, 0, of)
    try:
        for item in items:
            if (at := time.monotonic()) >= listening.due:
                listening.within = Step(words, done, of)
                # Of many short loops in a row none is told: what was told stands, and may be stopped.
                before = listening.last if at - began < EVERY else None
                was_told = was_told or before is None
                listening.told(before or listening.within)
            yield item
            done += each
    finally:
        listening.within = None
    if was_told:
        # Whoever saw it begin sees its end, and what all of it came to.
        end = of or done
        listening.told(Step(words, end, end))
