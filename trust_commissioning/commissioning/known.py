"""What every service of contracts asks first: the contract, whether it may move, texts to ask about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlmodel import Session

from contracts.contract import Contract
from contracts.lifecycle import CONTRACT, ContractEvent, after
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.store import audit, contracts
from trust_commissioning.store.tables import ContractMoveRow, table_of

MOVE = table_of(ContractMoveRow)


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether something new was kept; `questions` are texts that may identify a child."""

    new: bool
    questions: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {"recorded": self.new, "questions": [one.as_json() for one in self.questions]}


def contract_of(session: Session, number: str) -> Contract:
    """A contract by its number.

    Raises:
        Refused: ``contract_unknown``.
    """
    found = contracts.contract(session, number)
    if found is None:
        raise Refused.because("contract_unknown", f"There is no contract “{number}”.", "contract")
    return found


def may_move(contract: Contract, event: ContractEvent) -> list[Problem]:
    """Why an event may not happen to a contract as it stands; nothing where it may."""
    to = after(CONTRACT, contract.state, event, what=f"Contract {contract.number}")
    return [to] if isinstance(to, Problem) else []


def move(
    session: Session,
    number: str,
    state: str | None,
    event: ContractEvent,
    *,
    day: date,
    by: str,
    at: datetime,
) -> None:
    """Move a contract by its table; `state` is where it stands, None of a new one.

    Raises:
        Refused: ``move_not_permitted``, or where the person's role may not.
    """
    to = roles.move(session, by, CONTRACT, state, event, what=f"Contract {number}")
    session.execute(
        insert(MOVE).values(
            contract=number,
            turn=next_turn(session, MOVE, contract=number),
            event=event.value,
            state=to.value,
            day=day,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )


def next_turn(session: Session, table: Table, **key: Any) -> int:
    """The turn of what is kept next under a key."""
    query = select(func.coalesce(func.max(table.c.turn), 0))
    for column, value in key.items():
        query = query.where(table.c[column] == value)
    return int(session.execute(query).scalar_one()) + 1


def note(
    session: Session,
    did: str,
    number: str,
    after: Mapping[str, object],
    *,
    before: Mapping[str, object] | None = None,
    by: str,
    at: datetime,
) -> None:
    """One line of the audit trail about a contract."""
    audit.record(
        session,
        by=by,
        at=at,
        action=did,
        object_kind="contract",
        object_key=number,
        before=before,
        after=after,
    )
