"""Bringing a trust's year ends to what a file says, with what an opened year was waited for."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.problems import Problem, Refused
from trust_commissioning import closing
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.applying.document import Document
from trust_commissioning.store.closing import unreversed, year_end_rules


def apply_closing(applying: Applying, document: Document) -> Iterator[Change]:
    """The rules for the ends of years; then the reversals that waited for a year to open.

    Raises:
        Refused: with every problem by its place in the file.
    """
    problems: list[Problem] = []
    for place, entry in enumerate(document.year_ends):
        before = year_end_rules(applying.session, entry.year).get(entry.fund)
        try:
            closing.tell_year_end_rule(
                applying.session,
                entry.fund,
                entry.year,
                rule=entry.rule,
                clause=entry.clause,
                shares=entry.shares,
                by=applying.by,
                at=applying.at,
            )
        except Refused as refused:
            problems += [
                Problem(one.code, one.message, f"year_ends[{place}].{one.where}")
                for one in refused.problems
            ]
            continue
        after = year_end_rules(applying.session, entry.year).get(entry.fund)
        if after != before:
            yield Change(
                "year end",
                f"{entry.fund} {entry.year}",
                "changed" if before is not None else "added",
                after={"rule": entry.rule.value, "clause": entry.clause},
            )
    if problems:
        raise Refused(problems)
    if document.years and unreversed(applying.session):
        for number in closing.post_reversals(applying.session, by=applying.by, at=applying.at):
            yield Change("reversal", number, "posted")
