"""Work of a person that goes on while they look elsewhere, kept in the memory of the web process.

Each work runs in a thread of its own, one at a time for each person, a few at once in all; the others
wait for their turn. Its answer, refusal or fault is held until the person puts it away, for an hour at
most. Nothing of it is durable: what work records it records in a transaction of its own, so that
after the process has died it was done whole or not at all.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from ledger.problems import Problem, Refused
from trust_commissioning.progress import Step, Stopped, telling

log = logging.getLogger(__name__)

AT_ONCE = 2
"""How many run at once, whoever's they are: as many as leave the pages room on a small machine."""
HELD_SECONDS = 3600.0
HELD_IN_ALL = 30
HELD_BYTES = 600 * 2**20
"""How much memory all answers may take, by the estimate of who asked."""
HELD_AT_LEAST = 60.0
"""Seconds that an answer is held however much there is, so that the page that waits finds it."""
EACH = 6
"""How many works one person may have, running, waiting and ended."""


class End(StrEnum):
    """How a work ended."""

    DONE = "done"
    REFUSED = "refused"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for: the same `kind` with the same `key` is the same work.

    `page` is the address where it is shown and `title` what it is called (“Posting april.csv”).
    `about` is what the page wants to know of it again. Work that `reads` changes nothing, and gives way
    to what the same `tab` of a browser asks next. `size` estimates the bytes its answer takes.
    """

    whose: Hashable
    kind: str
    key: object
    page: str
    title: str
    about: object = None
    reads: bool = False
    tab: str = ""
    size: int = 0


@dataclass(eq=False, slots=True)
class Work:
    """One work, waiting, running or ended. Who looks at it never waits for it."""

    asked: Asked
    do: Callable[[], object] = field(repr=False)
    runs: bool = False
    step: Step | None = None
    end: End | None = None
    answer: object = None
    problems: tuple[Problem, ...] = ()
    reference: str = ""
    """What a person tells the administrator of a fault."""
    is_seen: bool = False
    is_stopping: bool = False
    is_given_up: bool = False
    """Whether nobody is to see it any more; one that runs is kept until it has stopped."""
    seconds: float = 0.0
    """How long it took."""
    ended_at: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)

    def ends_within(self, seconds: float) -> bool:
        """Wait so long at most; whether it has ended."""
        return self._over.wait(seconds)

    def told(self, step: Step) -> None:
        """Take note of a step; the work stops here if it is wanted no more."""
        if self.is_stopping:
            raise Stopped
        self.step = step

    def run(self) -> None:
        """Do it, and keep how it ended."""
        began = time.monotonic()
        try:
            with telling(self.told):
                self.answer = self.do()
            end = End.DONE
        except Stopped:
            end = End.STOPPED
        except Refused as refused:
            self.problems, end = refused.problems, End.REFUSED
        except Exception as fault:  # noqa: BLE001 - held as a reference, for the page to say calmly
            self.reference, end = _logged(fault), End.FAILED
        self.seconds = time.monotonic() - began
        self.over(end)

    def over(self, end: End) -> None:
        # In this order: who looks meanwhile finds it running, or ended just now.
        self.ended_at = time.monotonic()
        self.end = end
        self.runs = False
        self._over.set()


class Works:
    """All the work of one process. One lock, held only to look and to put in order."""

    def __init__(self) -> None:
        self._door = threading.Lock()
        self._works: list[Work] = []
        self._is_ending = False

    def ask(self, asked: Asked, do: Callable[[], object], *, anew: bool = False) -> Work:
        """Begin a work, or answer with the one that was asked for before.

        Of work that is not read only one of a kind goes on for a person at a time: while it does, that
        is the answer whatever is asked. `anew` does once more what has ended.
        """
        with self._door:
            self._tidy()
            before = self._of_kind(asked)
            for work in before:
                same = work.asked.key == asked.key
                if work.end is None and (same or not asked.reads):
                    return work
                if work.end is not None and same and not anew:
                    return work
            for work in before:
                if work.asked.tab == asked.tab or not asked.reads:
                    self._give_up(work)
            self._make_room(asked.whose)
            made = Work(asked, do)
            if self._is_ending:
                made.over(End.STOPPED)
            else:
                self._works.append(made)
                self._begin_next()
            return made

    def of(self, whose: Hashable) -> list[Work]:
        """What a person has under way or ended, the oldest first."""
        with self._door:
            self._tidy()
            return self._own(whose)

    def stop(self, work: Work) -> None:
        """Let it stop at its next step; what only waits ends at once."""
        with self._door:
            work.is_stopping = True
            if not work.runs and work.end is None:
                work.over(End.STOPPED)

    def put_away(self, work: Work) -> None:
        """Forget a work: its person has seen what came of it, or wants it no more."""
        with self._door:
            self._give_up(work)

    def ahead_of(self, work: Work) -> Work | None:
        """The work of the same person that this one waits for, if any."""
        with self._door:
            return next(
                (
                    one
                    for one in self._works
                    if one.runs and one is not work and one.asked.whose == work.asked.whose
                ),
                None,
            )

    @contextmanager
    def kept(self, seconds: float) -> Iterator[None]:
        """For as long as the process serves; then everything is stopped, within so long."""
        self._is_ending = False
        try:
            yield
        finally:
            self.end(seconds)

    def end(self, seconds: float) -> None:
        """Begin nothing more, stop everything, and wait so long at most: the process ends."""
        with self._door:
            self._is_ending = True
            running = [work for work in self._works if work.runs]
            for work in self._works:
                work.is_stopping = True
        until = time.monotonic() + seconds
        for work in running:
            work.ends_within(max(0.0, until - time.monotonic()))

    # --- with the door held -----------------------------------------------------------------

    def _of_kind(self, asked: Asked) -> list[Work]:
        return [work for work in self._own(asked.whose) if work.asked.kind == asked.kind]

    def _own(self, whose: Hashable) -> list[Work]:
        return [w for w in self._works if w.asked.whose == whose and not w.is_given_up]

    def _give_up(self, work: Work) -> None:
        work.is_stopping = work.is_given_up = True
        if not work.runs and work.end is None:
            work.over(End.STOPPED)
        if work in self._works and not work.runs:
            self._works.remove(work)

    def _make_room(self, whose: Hashable) -> None:
        """A person's oldest readings and answers give way to what they ask now."""
        own = self._own(whose)
        yielding = [work for work in own if work.asked.reads or work.end is not None]
        for work in yielding[: max(0, len(own) - EACH + 1)]:
            self._give_up(work)

    def _tidy(self) -> None:
        """Let go of what was held long enough, then of the oldest where there is too much."""
        now = time.monotonic()
        for work in [w for w in self._works if w.end is not None]:
            in_all = sum(one.asked.size for one in self._works)
            is_too_much = len(self._works) > HELD_IN_ALL or in_all > HELD_BYTES
            held = now - work.ended_at
            if held > HELD_SECONDS or (held > HELD_AT_LEAST and is_too_much) or work.is_given_up:
                self._works.remove(work)

    def _begin_next(self) -> None:
        """Begin those whose turn it is, in the order they were asked for."""
        for work in self._works:
            running = [one for one in self._works if one.runs]
            if self._is_ending or len(running) >= AT_ONCE:
                return
            is_free = all(one.asked.whose != work.asked.whose for one in running)
            if work.end is None and not work.runs and is_free:
                work.runs = True
                # A daemon: the process ends without waiting for it, and its transaction with it.
                threading.Thread(
                    target=self._run, args=(work,), name=work.asked.kind, daemon=True
                ).start()

    def _run(self, work: Work) -> None:
        try:
            work.run()
        finally:
            with self._door:
                self._tidy()
                self._begin_next()


def _logged(fault: Exception) -> str:
    """Keep where it happened, and never the message: that may quote what was worked on."""
    reference = secrets.token_hex(4).upper()
    frames = traceback.extract_tb(fault.__traceback__)
    where = "".join(f"\n  {one.filename}:{one.lineno} {one.name}" for one in frames)
    log.error("Reference %s: %s, of work under way%s", reference, type(fault).__name__, where)
    return reference


WORKS = Works()
"""All the work of this process."""
