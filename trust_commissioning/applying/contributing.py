"""The pool's part of a document: agreements recorded, contributions scheduled and raised when due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial

from ledger.problems import Problem, Refused
from trust_commissioning import pooling
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.applying.document import Document
from trust_commissioning.pooling.raising import reference_of


def agree(applying: Applying, document: Document) -> Iterator[Change]:
    """Record each agreement, variation and office that was not recorded yet.

    Raises:
        Refused: with every problem, also where one was recorded with other contents.
    """
    session, by, at = applying.session, applying.by, applying.at
    problems: list[Problem] = []

    def tried(kind: str, key: str, where: str, work: Callable[[], bool]) -> Iterator[Change]:
        try:
            if work():
                yield Change(kind, key, "added")
        except Refused as refusal:
            problems.extend(_under(refusal.problems, where))

    for place, agreement in enumerate(document.agreements):
        yield from tried(
            "agreement",
            agreement.reference,
            f"agreements[{place}]",
            partial(pooling.agree, session, agreement.read(), by=by, at=at),
        )
    for place, variation in enumerate(document.agreement_variations):
        yield from tried(
            "agreement variation",
            variation.reference,
            f"agreement_variations[{place}]",
            partial(pooling.vary, session, variation.agreement, variation.read(), by=by, at=at),
        )
    for place, held in enumerate(document.office_holders):
        yield from tried(
            "office holder",
            held.reference,
            f"office_holders[{place}]",
            partial(
                pooling.hold_office,
                session,
                held.read(),
                reference=held.reference,
                by=by,
                at=at,
            ),
        )
    if problems:
        raise Refused(problems)


def contribute(applying: Applying, document: Document, today: date) -> Iterator[Change]:
    """Bring the schedule to what the document says, then raise what of it has fallen due.

    What was raised is left, unless the document now says another amount for it.

    Raises:
        Refused: with every problem by its YAML path.
    """
    session, by, at = applying.session, applying.by, applying.at
    paths: dict[str, str] = {}
    problems: list[Problem] = []
    keys: list[str] = []
    for place, entry in enumerate(document.contributions):
        where = f"contributions[{place}]"
        for turn, instalment in enumerate(entry.instalments):
            paths[reference_of(entry.key, instalment.day)] = f"{where}.instalments[{turn}].day"
        try:
            done = pooling.schedule(session, entry.read(), by=by, at=at)
        except Refused as refusal:
            problems.extend(_under(refusal.problems, where))
            continue
        keys.append(entry.key)
        if done.after:
            yield _change(entry.key, done)
    raised: list[pooling.Raised] = []
    if keys:
        try:
            raised = pooling.raise_due(session, today, keys=keys, by=by, at=at)
        except Refused as refusal:
            problems.extend(replace(p, where=paths.get(p.where, p.where)) for p in refusal.problems)
    if problems:
        raise Refused(problems)
    for one in raised:
        after = {"journal": one.journal, "amount": one.amount.plain}
        yield Change("contribution", reference_of(one.key, one.day), "posted", after=after)


def _under(problems: Iterable[Problem], where: str) -> list[Problem]:
    return [replace(one, where=f"{where}.{one.where}".rstrip(".")) for one in problems]


def _change(key: str, done: pooling.Scheduled) -> Change:
    if not done.before:
        after = {name: value for name, value in done.after.items() if value}
        return Change("contribution", key, "added", after=after)
    differs = {name for name, value in done.after.items() if done.before.get(name) != value}
    return Change(
        "contribution",
        key,
        "changed",
        {name: value for name, value in done.before.items() if name in differs},
        {name: value for name, value in done.after.items() if name in differs},
    )
