"""How time, processor time, memory and the disk's own speed are measured."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

Answer = TypeVar("Answer")
Cell = str | int | float | bool | None


def say(sentence: str) -> None:
    """Progress, on standard error: standard output is for the tables."""
    print(f"[{time.strftime('%H:%M:%S')}] {sentence}", file=sys.stderr, flush=True)


class Stopwatch:
    """Seconds on the clock and on processors: this process's, and a database server's where
    `server` names the process that serves it."""

    def __init__(self, server: int | None = None) -> None:
        self._server = server
        self.seconds = self.cpu = 0.0

    def __enter__(self) -> Self:
        self._cpu, self._started = self._cpu_now(), time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._started
        self.cpu = self._cpu_now() - self._cpu

    def _cpu_now(self) -> float:
        return time.process_time() + cpu_of(self._server)


def cpu_of(process: int | None) -> float:
    """Processor seconds another process has used; nil where that cannot be seen."""
    if process is None:
        return 0.0
    try:
        words = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def forget_peak() -> None:
    """Start counting this process's peak of memory anew, where the system can."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def peak_megabytes() -> int | None:
    """The most memory this process has held since `forget_peak`."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return None
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) // 1024 if found else None


def median_ms(ask: Callable[[], Answer], times: int = 7) -> tuple[float, Answer]:
    """The median milliseconds of several askings after a first that is not counted."""
    answer = ask()
    found = []
    for _ in range(times):
        started = time.perf_counter()
        answer = ask()
        found.append(time.perf_counter() - started)
    return statistics.median(found) * 1000, answer


def cpu_ms(ask: Callable[[], object], server: int | None = None, least: float = 0.5) -> float:
    """The processor milliseconds of one asking, after a first that is not counted.

    It is asked again until it took `least` seconds in all: a server's time is told in hundredths.
    """
    ask()
    times, spent = 0, 0.0
    while spent < least and times < 50:
        with Stopwatch(server) as watch:
            ask()
        times, spent = times + 1, spent + watch.cpu
    return spent * 1000 / times


def each_ms(ask: Callable[[int], object], times: int) -> list[float]:
    """The milliseconds of every asking, the first ones left out."""
    found = []
    for turn in range(times + 3):
        started = time.perf_counter()
        ask(turn)
        found.append((time.perf_counter() - started) * 1000)
    return found[3:]


def percentile(values: Sequence[float], of_100: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * of_100 // 100)]


def fdatasyncs_ms(folder: Path, times: int) -> list[float]:
    """What the disk asks for 4 KB made durable: no durable journal can cost less."""
    path = folder / "fdatasync"
    handle = os.open(path, os.O_CREAT | os.O_WRONLY)
    block = os.urandom(4096)

    def write(turn: int) -> None:
        os.pwrite(handle, block, turn * len(block))
        os.fdatasync(handle)

    try:
        return each_ms(write, times)
    finally:
        os.close(handle)
        path.unlink()


@dataclass
class Table:
    """One part of the answer. `differs` names figures that are not the same by two routes."""

    part: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        assert len(cells) == len(self.columns), "a cell for each column"
        self.rows.append(cells)

    def same(self, what: str, one: object, other: object) -> bool:
        """Hold two routes to a figure against each other."""
        if one != other:
            self.differs.append(f"{what}: {one} and {other}")
        return one == other

    def as_json(self) -> dict[str, object]:
        return {
            "part": self.part,
            "title": self.title,
            "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows],
            "notes": self.notes,
            "differs": self.differs,
        }

    def as_text(self) -> str:
        shown = [self.columns, *(tuple(map(_shown, row)) for row in self.rows)]
        widths = [max(len(row[at]) for row in shown) for at in range(len(self.columns))]
        right = [
            all(not isinstance(row[at], str) for row in self.rows)
            for at in range(len(self.columns))
        ]
        lines = [f"({self.part}) {self.title}", ""]
        for turn, row in enumerate(shown):
            cells = (
                cell.rjust(width) if to_right else cell.ljust(width)
                for cell, width, to_right in zip(row, widths, right, strict=True)
            )
            lines.append("  ".join(cells).rstrip())
            if turn == 0:
                lines.append("  ".join("─" * width for width in widths))
        lines += [f"  {note}" for note in self.notes]
        lines += [f"  NOT THE SAME – {difference}" for difference in self.differs]
        return "\n".join(lines) + "\n"


def _shown(cell: Cell) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "NO"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        places = 0 if abs(cell) >= 100 else 1 if abs(cell) >= 10 else 2
        return f"{cell:,.{places}f}"
    return cell
