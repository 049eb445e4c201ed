"""Grants of a document with their allocations, through the services that keep them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.problems import Problem, Refused
from trust_commissioning import granting
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.granting.asked import AllocationAsked, GrantAsked
from trust_commissioning.store.grants import allocations


def apply_grants(
    applying: Applying, entries: Sequence[GrantAsked], given: Sequence[AllocationAsked]
) -> Iterator[Change]:
    """Take the document's grants on and record their allocations.

    Raises:
        Refused: with every problem of every entry by its YAML path.
    """
    problems: list[Problem] = []
    for place, entry in enumerate(entries):
        try:
            programme = entry.programme()
            did = granting.keep_programme(
                applying.session, programme, by=applying.by, at=applying.at
            )
        except Refused as refusal:
            problems += _at(refusal, f"grants[{place}]")
        else:
            if did != "unchanged":
                yield Change("grant", entry.code, did, after={"title": programme.title})
    if problems:
        raise Refused(problems)
    for place, one in enumerate(given):
        there = one.reference in allocations(applying.session)
        try:
            granting.allocate(
                applying.session,
                one.allocation(),
                announced=one.announced,
                by=applying.by,
                at=applying.at,
            )
        except Refused as refusal:
            problems += _at(refusal, f"allocations[{place}]")
        else:
            if not there:
                yield Change("allocation", one.reference, "added", after={"core": one.core.plain})
    if problems:
        raise Refused(problems)


def _at(refusal: Refused, where: str) -> list[Problem]:
    return [Problem(p.code, p.message, f"{where}.{p.where}".rstrip(".")) for p in refusal.problems]
