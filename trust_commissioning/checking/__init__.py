"""`trust check`: every invariant of the record, recomputed from its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.checking.attached import check_attached
from trust_commissioning.checking.call_offs import check_call_offs
from trust_commissioning.checking.contracts import check_contracts
from trust_commissioning.checking.database import check_database
from trust_commissioning.checking.found import check_found
from trust_commissioning.checking.halves import check_halves
from trust_commissioning.checking.issued import check_issued
from trust_commissioning.checking.kept import (
    check_balances,
    check_head,
    check_periods,
    check_years,
)
from trust_commissioning.checking.papers import check_audited, check_imports, check_reversals
from trust_commissioning.checking.walk import Walked, check_posted, check_waiting
from trust_commissioning.progress import now

__all__ = ["check"]

_SHOWN = 200


def check(session: Session) -> list[Problem]:
    """Everything in the record that is not as it must be, or an empty list.

    Reads every journal once in the order of the chain and keeps only sums, so it needs no more
    memory for a hundred years than for one. Call it in `store.reading`: the record must not move
    meanwhile.
    """
    found = Walked()
    problems: Iterator[Problem] = chain(
        _saying("Checking the database", check_database(session)),
        check_posted(session, found),
        _saying("Checking what is kept of them", check_head(session, found)),
        check_years(session, found),
        check_balances(session, found),
        _saying("Checking the audit trail", check_audited(session)),
        _saying("Checking what waits and what reverses", check_waiting(session)),
        check_reversals(session),
        check_halves(session),
        _saying("Checking the seals of the periods", check_periods(session)),
        _saying("Checking the files that were loaded", check_imports(session)),
        _saying("Checking issued reports and papers", check_issued(session)),
        check_attached(session),
        _saying("Checking call-offs and contracts", check_call_offs(session)),
        check_contracts(session),
    )
    shown = list(islice(problems, _SHOWN))
    if not shown:
        # What a journal is found by is made from the journal: it can differ only where that is right.
        problems = _saying("Checking what journals are found by", check_found(session))
        shown = list(islice(problems, _SHOWN))
    if next(problems, None) is not None:
        shown.append(
            Problem(
                "more_differences",
                f"There are more differences; the first {_SHOWN} are listed.",
                "record",
            )
        )
    return shown


def _saying(words: str, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The same problems; whoever waits is told when it is their turn to be looked for."""
    now(words)
    yield from problems
