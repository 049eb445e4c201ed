"""What earlier files have already loaded, so that no payment is posted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Problem
from ledger.wording import counted, day_in_full
from trust_commissioning.importing.batches import (
    Batches,
    KeptRow,
    Place,
    Posted,
    latest,
)
from trust_commissioning.importing.spend_file import SpendFile, SpendLine
from trust_commissioning.store.imports import next_batch

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Earlier:
    """How a file's lines stand to what was loaded before.

    `loaded` says by row which batch posted it. `continues` is the batch this file carries on and
    `lineage_total` what the lineage of that batch has posted so far. `separate` is the first
    batch of the lineage, where its payments are others than those of earlier files.
    """

    loaded: Mapping[int, str] = field(default_factory=dict)
    continues: str | None = None
    separate: str | None = None
    lineage_total: Money | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def batch(self) -> str | None:
        """The latest batch that holds lines of this file."""
        return latest(self.loaded.values())


def compare(session: Session, file: SpendFile, *, continues: str | None, separate: bool) -> Earlier:
    """Hold a file's lines against every earlier batch of spend.

    Rows that came with the very same bytes are loaded, whatever is said. Of the rest:

    - Where nothing is said, a row equal to an earlier one is loaded. A file that holds every row
      of each batch it overlaps continues the one it overlaps most; any other overlap is a problem
      until a person says what it is, and so are new rows that look like earlier ones.
    - A file that continues a batch is held against that batch's lineage: rows that look like
      those of it are the same payments printed otherwise, and what it lacks is told. A plain
      lineage is held against all other batches as well, a separate one is not.
    - A separate file holds other payments, unless it carries a separate lineage on.
    """
    batches = Batches(session)
    problems = tuple(_check_said(batches, continues, separate))
    if problems:
        return Earlier(problems=problems)
    comparison = _Comparison(batches, file)
    comparison.take_same_file()
    if separate:
        comparison.take_as_separate()
    elif continues is not None:
        comparison.take_as_continuing(continues)
    else:
        comparison.take()
    return comparison.result()


def _check_said(batches: Batches, continues: str | None, separate: bool) -> Iterator[Problem]:
    if continues is not None and continues not in batches.ids:
        there = ", ".join(batches.ids)
        yield Problem(
            "batch_unknown",
            f"There is no batch “{continues}”; there are {there or 'none yet'}.",
            "continues",
        )
    if continues is not None and separate:
        yield Problem(
            "continues_and_separate",
            f"A file that continues {continues} holds its payments; a separate one holds others."
            " Say one of the two.",
            "separate",
        )


class _Comparison:
    """One file on its way: what is found to be loaded, what is to be told."""

    def __init__(self, batches: Batches, file: SpendFile) -> None:
        self._batches, self._file = batches, file
        self._same = frozenset(batches.of_same_file(file.sha256, file.sheet))
        self._loaded: dict[int, str] = {}
        self._continues: str | None = None
        self._separate: str | None = None
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []

    @property
    def _new(self) -> list[SpendLine]:
        return [line for line in self._file.lines if line.row not in self._loaded]

    def result(self) -> Earlier:
        on = self._continues if self._new else None
        if on is not None and self._separate is None and self._batches.is_separate(on):
            self._separate = self._batches.first_of(on)
        return Earlier(
            loaded=self._loaded,
            continues=on,
            separate=self._separate,
            lineage_total=self._batches.total(self._batches.lineage(on)) if on else None,
            problems=tuple(self._problems),
            warnings=tuple(self._warnings),
        )

    # --- the ways a file may stand --------------------------------------------------------

    def take_same_file(self) -> None:
        """Rows that these very bytes have posted before, which must be read as they were then."""
        if not self._same:
            return
        lines = {line.row: line for line in self._file.lines}
        kept = [row for row in self._batches.rows(self._same) if row.row in lines]
        self._loaded |= {row.row: row.batch for row in kept}
        otherwise = [row for row in kept if row.key != lines[row.row].key]
        posted = self._batches.posted(otherwise)
        moved = [
            row for row in otherwise if _differs(posted.get((row.batch, row.row)), lines[row.row])
        ]
        for batch in sorted({row.batch for row in moved}):
            numbers = [row.row for row in moved if row.batch == batch]
            was, now = posted[batch, numbers[0]], lines[numbers[0]]
            self._problems.append(
                Problem(
                    "file_read_otherwise_before",
                    f"{batch} loaded this very file and read {len(numbers):,} of these rows"
                    f" otherwise: row {numbers[0]} was {was.amount} on {day_in_full(was.day)} and"
                    f" is now {now.amount} on {day_in_full(now.day)}. Read it as it was read then;"
                    " what was posted wrongly is reversed, not loaded again.",
                    "file",
                    row=numbers[0],
                )
            )

    def take(self) -> None:
        """Nothing is said of the file."""
        found = self._equal(None)
        sizes = self._batches.sizes(found)
        whole = {batch for batch, rows in found.items() if len(rows) == sizes[batch]}
        explained = {row for batch in whole for row in found[batch]}
        partly = [b for b, rows in found.items() if b not in whole and not rows.keys() <= explained]
        self._load(found)
        if not self._new:
            return
        self._problems += [
            self._overlap(batch, found[batch], sizes[batch]) for batch in sorted(partly)
        ]
        self._continues = self._most(whole | (self._same & set(self._loaded.values())))
        if not partly:
            self._ask_about_alike(set(), refuse=True)

    def take_as_continuing(self, said: str) -> None:
        """A person says which batch the file carries on."""
        lineage = self._batches.lineage(said)
        apart = self._batches.is_separate(said)
        touched = any(batch in lineage for batch in self._loaded.values())
        found = self._equal(lineage if apart else None)
        self._load({batch: found[batch] for batch in found if batch not in lineage})
        self._load({batch: found[batch] for batch in found if batch in lineage})
        lacking = self._lacking(lineage, found)
        again = self._take_printed_otherwise(lacking)
        missing = [row for row in lacking if (row.batch, row.row) not in again]
        if not touched and not again and not lineage & found.keys():
            self._problems.append(
                Problem(
                    "file_does_not_continue_batch",
                    f"No line of this file came with {said} or with a file that carries it on, so"
                    " it does not continue it.",
                    "continues",
                )
            )
            return
        self._continues = said
        if missing:
            self._warnings.append(
                Problem(
                    "rows_of_batch_missing",
                    f"{self._words(missing)} loaded with {said} and the files that carry it on"
                    " and not in this file, or not among the lines selected of it. What was"
                    " posted stays posted: reverse what was corrected or withdrawn.",
                    "continues",
                )
            )
        self._warn_of_others(found, lineage)
        if not apart:
            self._ask_about_alike(lineage, refuse=False)

    def take_as_separate(self) -> None:
        """A person says that the file's payments are others than those loaded before."""
        found = self._equal(None)
        sizes = self._batches.sizes(found)
        carried = {
            batch
            for batch in {*found, *self._loaded.values()}
            if self._batches.is_separate(batch)
            and (batch in self._same or len(found[batch]) == sizes[batch])
        }
        lineages = {self._batches.first_of(batch) for batch in carried}
        own = {batch for batch in found if self._batches.first_of(batch) in lineages}
        self._load({batch: found[batch] for batch in own})
        new = {line.row for line in self._new}
        self._continues = self._most(carried)
        self._separate = (
            self._batches.first_of(self._continues)
            if self._continues
            else next_batch(self._batches.session)
        )
        for batch in sorted(found.keys() - own):
            if again := found[batch].keys() & new:
                self._warnings.append(
                    Problem(
                        "file_overlaps_batch",
                        f"{counted(len(again), 'line is', 'lines are')} the same as rows of {batch}"
                        " and taken as other payments, since the file is said to be separate.",
                        "file",
                    )
                )

    # --- finding --------------------------------------------------------------------------

    def _equal(self, among: Collection[str] | None) -> dict[str, dict[int, KeptRow]]:
        """The lines not loaded yet that equal a kept row: by batch the file's row and the kept.

        Batches of the same bytes are left out: their rows are told by their numbers.
        """
        rows = {(line.key, line.occurrence): line.row for line in self._new}
        found: dict[str, dict[int, KeptRow]] = {}
        for kept in self._batches.rows_keyed(key for key, _ in rows):
            row = rows.get((kept.key, kept.occurrence))
            if row is None or kept.batch in self._same:
                continue
            if among is None or kept.batch in among:
                found.setdefault(kept.batch, {})[row] = kept
        return found

    def _load(self, found: Mapping[str, Mapping[int, KeptRow]]) -> None:
        for batch, rows in found.items():
            self._loaded |= dict.fromkeys(rows, batch)

    def _lacking(
        self, lineage: Collection[str], found: Mapping[str, Mapping[int, KeptRow]]
    ) -> list[KeptRow]:
        """The rows of a lineage that no line of the file equals."""
        there: set[Place] = {
            (kept.batch, kept.row) for rows in found.values() for kept in rows.values()
        }
        there |= {(batch, row) for row, batch in self._loaded.items() if batch in self._same}
        kept = self._batches.rows(lineage)
        return [row for row in kept if (row.batch, row.row) not in there]

    def _take_printed_otherwise(self, lacking: Sequence[KeptRow]) -> set[Place]:
        """Load the new lines that look like rows the file would lack, one for one."""
        left: dict[str | None, list[KeptRow]] = {}
        for row in reversed(lacking):
            left.setdefault(row.likeness, []).append(row)
        taken: set[Place] = set()
        numbers = []
        for line in self._new:
            if alike := left.get(line.likeness):
                row = alike.pop()
                taken.add((row.batch, row.row))
                self._loaded[line.row] = row.batch
                numbers.append(line.row)
        if numbers:
            self._warnings.append(
                Problem(
                    "lines_printed_otherwise",
                    f"{counted(len(numbers), 'line has', 'lines have')} the day, amount, supplier"
                    " and reference of a row loaded before, and other cells that differ: taken as the"
                    f" same payments ({_listed(numbers)}).",
                    "file",
                    row=numbers[0],
                )
            )
        return taken

    def _ask_about_alike(self, lineage: Collection[str], *, refuse: bool) -> None:
        """New lines that look like rows of other lineages, beyond those found equal."""
        new = self._new
        others = self._same | set(lineage)
        kept = [
            row
            for row in self._batches.rows_like(line.likeness for line in new)
            if row.batch not in others
        ]
        spare = Counter(row.likeness for row in kept)
        spare -= Counter(
            line.likeness
            for line in self._file.lines
            if (batch := self._loaded.get(line.row)) is not None and batch not in others
        )
        alike = []
        for line in new:
            if spare[line.likeness] > 0:
                spare[line.likeness] -= 1
                alike.append(line)
        if alike:
            likenesses = {line.likeness for line in alike}
            held = Counter(row.batch for row in kept if row.likeness in likenesses)
            certain = refuse and self._is_certain(alike, len(new), held)
            told = self._problems if certain else self._warnings
            told.append(_lines_look_loaded(alike, len(new), held, certain=certain))

    def _is_certain(self, alike: Sequence[SpendLine], new: int, held: Mapping[str, int]) -> bool:
        """Whether likeness is more than chance: a reference, most of the file, most of a batch."""
        if any(line.reference for line in alike) or 2 * len(alike) >= new:
            return True
        sizes = self._batches.sizes(held)
        return any(2 * count >= sizes[batch] for batch, count in held.items())

    def _most(self, batches: Collection[str]) -> str | None:
        """The latest of these batches in the lineage that most of the file's lines came with."""
        counted = Counter(self._batches.first_of(batch) for batch in self._loaded.values())
        firsts = {self._batches.first_of(batch) for batch in batches}
        best = max(firsts, key=lambda first: (counted[first], len(first), first), default=None)
        return latest(batch for batch in batches if self._batches.first_of(batch) == best)

    # --- telling --------------------------------------------------------------------------

    def _overlap(self, batch: str, found: Mapping[int, KeptRow], size: int) -> Problem:
        missing = self._lacking([batch], {batch: found})
        return Problem(
            "file_overlaps_batch",
            f"Of the {counted(len(self._file.lines), 'line')} of this file {len(found):,} also came"
            f" with {batch}, whose {counted(size, 'row')} this file does not hold whole:"
            f" {self._words(missing)} not in it. If it carries that file on, say --continues"
            f" {batch}; if these are other payments that look the same, say --separate.",
            "file",
        )

    def _warn_of_others(
        self, found: Mapping[str, Mapping[int, KeptRow]], lineage: Collection[str]
    ) -> None:
        others = [batch for batch in found if batch not in lineage]
        sizes = self._batches.sizes(others)
        for batch in sorted(others):
            if len(found[batch]) < sizes[batch]:
                self._warnings.append(
                    Problem(
                        "file_overlaps_batch",
                        f"{counted(len(found[batch]), 'line is', 'lines are')} also among the"
                        f" {counted(sizes[batch], 'row')} of {batch} and taken as loaded with it.",
                        "file",
                    )
                )

    def _words(self, missing: Sequence[KeptRow]) -> str:
        """How many rows, what they come to, the first of them, ending in “is” or “are”."""
        posted = self._batches.posted(missing)
        total = Money.total(one.amount for one in posted.values())
        first = "; ".join(
            f"row {row.row} of {row.batch}, {day_in_full(one.day)}, "
            f"{one.payee or 'no supplier'}, {one.amount}"
            for row in missing[:_NAMED]
            if (one := posted.get((row.batch, row.row)))
        )
        more = " …" if len(missing) > _NAMED else ""
        verb = "are" if len(missing) > 1 else "is"
        return f"{counted(len(missing), 'row')} of {total} ({first}{more}) {verb}"


def _differs(was: Posted | None, now: SpendLine) -> bool:
    return was is not None and (was.amount, was.day) != (now.amount, now.day)


def _lines_look_loaded(
    alike: Sequence[SpendLine], new: int, held: Counter[str], *, certain: bool
) -> Problem:
    batch = held.most_common(1)[0][0]
    others = " and others" if len(held) > 1 else ""
    has = "has" if len(alike) == 1 else "have"
    end = (
        f" If they are the same payments printed otherwise, say --continues {batch}; if they are"
        " others, say --separate."
        if certain
        else " They are taken as other payments."
    )
    return Problem(
        "lines_look_loaded",
        f"{len(alike):,} of the {counted(new, 'new line')} {has} the day, amount, supplier and"
        f" reference of rows of {batch}{others}, and other cells that differ"
        f" ({_listed([line.row for line in alike])}).{end}",
        "file",
        row=alike[0].row,
    )


def _listed(rows: Sequence[int]) -> str:
    shown = ", ".join(map(str, rows[:_NAMED])) + (" …" if len(rows) > _NAMED else "")
    return f"rows {shown}" if len(rows) > 1 else f"row {shown}"
