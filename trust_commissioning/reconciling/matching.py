"""Matching lines of a bank statement with postings: what is certain by itself, the rest by hand.

Certain is only what can be nothing else: one line and one posting of the same amount, where either the
line prints the journal's own reference, or both are of one day and no other of that amount is within a
week on either side. Each line and each posting is in one match at most; what is in one comes to nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, bank
from trust_commissioning.store.bank import BankAccount, BankLine, Entry, LineKey, PostingKey
from trust_commissioning.store.finding import tokens

DAYS_APART = 7
_SHORTEST = 4
"""A reference of fewer letters and figures may be anything."""


def certain(
    lines: Sequence[BankLine], entries: Sequence[Entry]
) -> Iterator[tuple[BankLine, Entry]]:
    """The pairs that can be nothing else, each line and each posting in one at most."""
    left = {one.key: one for one in lines if one.row}
    free = {one.key: one for one in entries}
    for line, entry in [*_by_reference(lines, entries), *_by_day(lines, entries)]:
        if line.key in left and entry.key in free:
            del left[line.key], free[entry.key]
            yield line, entry


def _by_amount(
    lines: Sequence[BankLine], entries: Sequence[Entry]
) -> Iterator[tuple[list[BankLine], list[Entry]]]:
    theirs: dict[Money, list[BankLine]] = defaultdict(list)
    ours: Mapping[Money, list[Entry]] = defaultdict(list)
    for line in lines:
        if line.row:
            theirs[line.amount].append(line)
    for entry in entries:
        ours[entry.amount].append(entry)
    for amount, found in theirs.items():
        if ours[amount]:
            yield found, ours[amount]


def _by_reference(
    lines: Sequence[BankLine], entries: Sequence[Entry]
) -> Iterator[tuple[BankLine, Entry]]:
    for theirs, ours in _by_amount(lines, entries):
        pairs = [(line, entry) for line in theirs for entry in ours if _names(line, entry)]
        for line, entry in pairs:
            alone = (
                sum(line is one for one, _ in pairs) == sum(entry is one for _, one in pairs) == 1
            )
            if alone:
                yield line, entry


def _names(line: BankLine, entry: Entry) -> bool:
    """Whether a line prints the whole of the journal's reference, or its number."""
    printed = f" {' '.join(tokens(f'{line.reference} {line.words}'))} "
    return any(
        len("".join(words)) >= _SHORTEST and f" {' '.join(words)} " in printed
        for words in (tokens(entry.reference), tokens(entry.number))
    )


def _by_day(
    lines: Sequence[BankLine], entries: Sequence[Entry]
) -> Iterator[tuple[BankLine, Entry]]:
    for theirs, ours in _by_amount(lines, entries):
        for line in theirs:
            near = [one for one in ours if abs((one.day - line.day).days) <= DAYS_APART]
            others = [one for one in theirs if abs((one.day - line.day).days) <= DAYS_APART]
            if len(near) == len(others) == 1 and near[0].day == line.day:
                yield line, near[0]


def match_certain(session: Session, of: BankAccount, *, by: str, at: datetime) -> int:
    """Match what is certain among what is not matched; returns how many lines were."""
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    lines = bank.lines(session, of, loose=True)
    pairs = list(certain(lines, bank.entries(session, of, loose=True))) if lines else []
    for line, entry in pairs:
        bank.match(session, of, [line.key], [entry.key], how="certain", by=by, at=at)
    if pairs:
        _note(session, "match_certain", of, by, at, {"matched": len(pairs)})
    return len(pairs)


def match_by_hand(
    session: Session,
    of: BankAccount,
    lines: Sequence[LineKey],
    postings: Sequence[PostingKey],
    *,
    by: str,
    at: datetime,
) -> int:
    """Match lines with postings that come to the same; returns the match's turn.

    What cancels out on one side alone may be matched with itself: a journal with its reversal, a
    line the bank took back.

    Raises:
        Refused: with everything that is wrong; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    wanted_lines, wanted_postings = dict.fromkeys(lines), dict.fromkeys(postings)
    theirs = [one for one in bank.lines(session, of, loose=True) if one.key in wanted_lines]
    ours = [
        one
        for one in bank.entries(session, of, loose=True, which=wanted_postings)
        if one.key in wanted_postings
    ]
    problems: list[Problem] = []
    if len(theirs) != len(wanted_lines) or len(ours) != len(wanted_postings):
        problems.append(
            Problem(
                "bank_match_not_free",
                "One of these is in another match already, or is not of this account.",
                "match",
            )
        )
    elif len(theirs) + len(ours) < 2:
        problems.append(Problem("bank_match_of_one", "A match is of two things at least.", "match"))
    else:
        bank_says = Money.total(one.amount for one in theirs)
        books_say = Money.total(one.amount for one in ours)
        if bank_says != books_say:
            problems.append(
                Problem(
                    "bank_match_differs",
                    f"The lines come to {bank_says} and the postings to {books_say}: they differ by "
                    f"{abs(bank_says - books_say)}.",
                    "match",
                )
            )
    if problems:
        raise Refused(problems)
    turn = bank.match(
        session, of, list(wanted_lines), list(wanted_postings), how="hand", by=by, at=at
    )
    said = {
        "turn": turn,
        "lines": [f"{batch}/{row}" for batch, row in wanted_lines],
        "journals": sorted({one.number for one in ours}),
    }
    _note(session, "match", of, by, at, said)
    return turn


def take_apart(session: Session, of: BankAccount, turn: int, *, by: str, at: datetime) -> None:
    """Take a match apart that was wrong; the audit trail keeps what was in it.

    Raises:
        Refused: ``bank_match_unknown``, or if they may not.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    found = next((one for one in bank.matches(session, of) if one.turn == turn), None)
    if found is None:
        raise Refused.because("bank_match_unknown", f"There is no match {turn}.", "match")
    bank.unmatch(session, turn)
    said = {
        "turn": turn,
        "lines": [f"{batch}/{row}" for batch, row in found.lines],
        "postings": [f"{id}/{line}" for id, line in found.postings],
    }
    _note(session, "take_apart", of, by, at, said)


def _note(
    session: Session, action: str, of: BankAccount, by: str, at: datetime, said: dict[str, object]
) -> None:
    audit.record(
        session,
        by=by,
        at=at,
        action=action,
        object_kind="bank_account",
        object_key=f"{of.account} {of.fund}".strip(),
        after=said,
    )
