"""Contracts against the table of their lives; uplifts against the second person they need."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from contracts.contract import Change, Variation
from contracts.contract_checking import problems_in
from contracts.lifecycle import CONTRACT, ContractEvent, ContractState
from contracts.uplift import Step, Uplift
from ledger.problems import Problem
from trust_commissioning.store import contracts
from trust_commissioning.store.tables import ContractMoveRow, ContractTermsRow, table_of

_MOVE, _TERMS = table_of(ContractMoveRow), table_of(ContractTermsRow)


def check_contracts(session: Session) -> Iterator[Problem]:
    """Each state is where its moves lead, each contract's terms can be so, and no price changed by
    an uplift that one person put in and applied."""
    yield from _check_moves(session)
    applied: dict[tuple[str, str], Variation] = {}
    for one in contracts.contracts(session):
        for problem in problems_in(one):
            yield Problem(
                "contract_cannot_be_so", f"Contract {one.number}: {problem.message}", one.number
            )
        applied |= {
            (one.number, each.reference): each
            for each in one.variations
            if each.kind is Change.UPLIFT
        }
    decided: dict[tuple[str, str], Uplift] = {}
    for uplift in contracts.uplifts(session):
        if uplift.state == Step.APPLIED:
            decided[uplift.contract, uplift.reference] = uplift
            yield from _check_two(uplift)
    for key in sorted(applied.keys() ^ decided.keys()):
        said = "changed prices and was not applied" if key in applied else "changed no price"
        yield Problem(
            "uplift_differs_from_prices", f"Uplift {key[1]} of contract {key[0]} {said}.", key[0]
        )


def _check_moves(session: Session) -> Iterator[Problem]:
    with_terms = set(session.execute(select(_TERMS.c.contract)).scalars())
    state: dict[str, str | None] = {}
    for row in session.execute(select(_MOVE).order_by(_MOVE.c.contract, _MOVE.c.turn)):
        # A contract that came with a trust's own file was signed before its first move here.
        outlined = None if row.contract in with_terms else ContractState.SIGNED
        before = state.get(row.contract, outlined)
        move = CONTRACT.move(before, ContractEvent(row.event))
        if move is None or move.to != row.state:
            yield Problem(
                "contract_moved_past_its_table",
                f"Contract {row.contract} became {row.state} by “{row.event}”, which does not lead "
                "there.",
                row.contract,
            )
        state[row.contract] = row.state


def _check_two(uplift: Uplift) -> Iterator[Problem]:
    steps = [one for one in uplift.decisions if one.step is not Step.REFUSED]
    if any(one.by == uplift.by for one in steps) or Step.CHECKED not in [o.step for o in steps]:
        yield Problem(
            "uplift_of_one_person",
            f"Uplift {uplift.reference} changed prices without a second person who checked it.",
            uplift.contract,
        )
