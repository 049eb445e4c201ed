"""What stops a journal at the door, beyond what the kernel says of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from ledger.accrual import RELEASE, Timing
from ledger.budget import problems_in_virement
from ledger.chain import contents_hash
from ledger.journal import Book, Journal, Standing, problems_in
from ledger.problems import Problem
from ledger.transfer import TRANSFER
from ledger.virement import BETWEEN_FUNDS
from trust_commissioning.posting.entering import JOURNAL, name_of
from trust_commissioning.posting_rules import COMMITMENT, INVOICE, PAYMENT
from trust_commissioning.reports.budget_lines import positions
from trust_commissioning.store import journals, payments_held
from trust_commissioning.store.pool.relied import problems_of_reversing
from trust_commissioning.store.standing import standing as standing_of

KEPT_SOURCES = frozenset(
    {
        *(timing.value for timing in Timing),
        RELEASE,
        "spend",
        "journals",
        "budget",
        "virement",
        BETWEEN_FUNDS,
        "reversal",
        "contribution",
        "grant",
        "receipt",
        "receipt-match",
        "settlement",
        TRANSFER,
        COMMITMENT,
        INVOICE,
        PAYMENT,
        "dispute",
        "vat",
        "year-end",
    }
)
"""Sources by which services know their own journals again; a person's journal names another."""


_GRANT = "grant"
"""The source of a journal made from an event of a grant: of its own record, what it earned and was
paid, a reversal knows nothing."""


class Gate:
    """Holds journals against standing facts, and remembers which had no problem.

    A journal and the standing facts never change once they are made, so the same answer need not
    be found again, as long as the facts are still the same.
    """

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._passed: dict[int, Journal] = {}

    def problems_in(self, journal: Journal) -> list[Problem]:
        """Everything the kernel says stops this journal being posted."""
        found = problems_in(journal, self.standing)
        if not found:
            # By identity, and held on to so that no other journal can take its place.
            self._passed[id(journal)] = journal
        return found

    def has_passed(self, journal: Journal) -> bool:
        return id(journal) in self._passed


def problems_of(
    session: Session,
    wanted: Sequence[Journal],
    known: dict[tuple[str, str], Any],
    gate: Gate | None = None,
) -> Iterator[Problem]:
    """What stops each journal; one that passed `gate` under the facts of now is not asked twice."""
    call_offs = frozenset[str]().union(*(one.call_offs for one in wanted))
    if gate is None:
        contracts = frozenset[str]().union(*(one.contracts for one in wanted))
        standing = standing_of(session, call_offs, contracts)
    else:
        standing = standing_of(session, call_offs.union(gate.standing.call_offs))
    if gate is None or gate.standing != standing:
        gate = Gate(standing)
    seen: set[tuple[str, str]] = set()
    reversed_here: set[str | None] = set()
    for place, journal in enumerate(wanted):
        found: Iterable[Problem]
        before = known.get(name_of(journal))
        if before is not None:
            same = before.contents_hash == contents_hash(journal) and before.status == "posted"
            found = [] if same else [other_contents(journal)]
        elif name_of(journal) in seen:
            found = [other_contents(journal)]
        else:
            kernel = [] if gate.has_passed(journal) else gate.problems_in(journal)
            found = [
                *kernel,
                *_check_promise(journal),
                *_check_reversal(session, journal, reversed_here),
            ]
            seen.add(name_of(journal))
            reversed_here.add(journal.reverses)
        for problem in found:
            where = f"journals[{place}].{problem.where}" if len(wanted) > 1 else problem.where
            yield Problem(problem.code, problem.message, where, problem.row, problem.column)


def problems_in_keyed(session: Session, journal: Journal) -> list[Problem]:
    """What stops a person's journal: in the budget book only a virement is keyed."""
    standing = standing_of(session, journal.call_offs, journal.contracts)
    problems = [*problems_in(journal, standing), *_check_reversal(session, journal)]
    problems += _check_promise(journal)
    if journal.book is Book.BUDGET and journal.reverses is None:
        lines = positions(session, journal.fund, journal.period.year)
        one_side = journal.source == BETWEEN_FUNDS
        problems += problems_in_virement(journal, standing.chart, lines, one_side=one_side)
    return problems


def _check_promise(journal: Journal) -> Iterator[Problem]:
    """What a call-off promises is worked out (`posting.promised`), never entered by hand."""
    if journal.book is Book.COMMITMENT and journal.call_offs and journal.source != COMMITMENT:
        yield Problem(
            "commitment_is_kept_by_the_ledger",
            f"What is promised under {', '.join(sorted(journal.call_offs))} is entered by the "
            "ledger itself; vary, end or close the call-off instead.",
            "book",
        )


def check_source(journal: Journal, for_service: str) -> Iterator[Problem]:
    if journal.source in KEPT_SOURCES and journal.source != for_service:
        yield Problem(
            "source_is_kept",
            f"The source “{journal.source}” is kept for journals the ledger makes itself; name "
            "another.",
            "source",
        )


def _check_reversal(
    session: Session, journal: Journal, reversed_here: Collection[str | None] = ()
) -> Iterator[Problem]:
    """What says it reverses another is its opposite, and the only one."""
    if journal.reverses is None:
        return
    original = journals.by_number(session, journal.reverses)
    opposite = original is not None and (
        (original.journal.book, original.journal.fund) == (journal.book, journal.fund)
        and tuple(replace(p, amount=-p.amount) for p in original.journal.postings)
        == journal.postings
    )
    if original is not None and original.journal.source == _GRANT:
        yield Problem(
            "grant_journal_not_reversed",
            f"{journal.reverses} was made from an event of a grant, which a reversal would leave as "
            "it is. Record a revision, a payment paid back or a clawback instead.",
            "reverses",
        )
    if not opposite:
        yield Problem(
            "reversal_not_opposite",
            f"This says it reverses {journal.reverses}, and is not the opposite of that journal.",
            "postings",
        )
    if original is not None and original.journal.source == INVOICE:
        yield Problem(
            "invoice_journal_not_reversed",
            f"{journal.reverses} was made from an approved invoice, which a reversal would leave as "
            "it is. Enter a credit note, or ask back what was overpaid.",
            "reverses",
        )
    if original is not None and original.journal.source == COMMITMENT:
        yield Problem(
            "commitment_is_kept_by_the_ledger",
            f"{journal.reverses} was entered by the ledger for what is promised under a call-off; "
            "vary, end or close the call-off instead.",
            "reverses",
        )
    if original is not None:
        made = original.journal
        yield from problems_of_reversing(session, journal.reverses, made.source, made.source_ref)
        yield from _check_decided(session, journal.reverses)
    taken = session.execute(
        select(JOURNAL.c.source, JOURNAL.c.source_ref).where(JOURNAL.c.reverses == journal.reverses)
    ).first()
    if journal.reverses in reversed_here or (
        taken is not None and tuple(taken) != name_of(journal)
    ):
        yield Problem(
            "journal_already_reversed", f"{journal.reverses} is already reversed.", "reverses"
        )


def _check_decided(session: Session, number: str) -> Iterator[Problem]:
    """What a held payment paid for stands on it, and is reversed first."""
    if standing := payments_held.decided_by(session, number):
        yield Problem(
            "held_payment_decided_since",
            f"What {number} paid for was said by {' and '.join(standing)}; reverse that first.",
            "reverses",
        )


def other_contents(journal: Journal) -> Problem:
    return Problem(
        "source_already_used",
        f"{journal.source} {journal.source_ref} was entered before with other contents.",
        "source_ref",
    )
