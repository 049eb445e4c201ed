"""Duties of contracts met on a day; papers filed by name and fingerprint."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session

from contracts.contract import Contract
from contracts.obligations import Met
from ledger.problems import Problem, Refused
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.commissioning.known import (
    Kept,
    contract_of,
    next_turn,
    note,
)
from trust_commissioning.files.identifiability import questions
from trust_commissioning.posting import lock_head
from trust_commissioning.store import contracts
from trust_commissioning.store.contracts import Document
from trust_commissioning.store.pool.facts import otherwise
from trust_commissioning.store.tables import ContractDocumentRow, ObligationMetRow, table_of

_MET, _DOCUMENT = table_of(ObligationMetRow), table_of(ContractDocumentRow)


def meet(session: Session, number: str, met: Met, *, by: str, at: datetime) -> Kept:
    """Record that what was due on a day was done, with what shows it.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    contract = contract_of(session, number)
    there = contracts.obligations_met(session, number).get(number, [])
    before = next((one for one in there if one.reference == met.reference), None)
    if before is not None:
        said = (before.obligation, before.due, before.day, before.words)
        if said != (met.obligation, met.due, met.day, met.words):
            raise Refused([otherwise("obligation met", met.reference)])
        return Kept(False)
    if problems := _problems_in(contract, there, met, at):
        raise Refused(problems)
    session.execute(
        insert(_MET).values(
            contract=number,
            reference=met.reference,
            turn=next_turn(session, _MET, contract=number),
            obligation=met.obligation,
            due=met.due,
            day=met.day,
            words=met.words,
            recorded_by=by,
            recorded_at=as_text(at),
        )
    )
    after = {"obligation": met.obligation, "due": met.due, "day": met.day, "words": met.words}
    note(session, "obligation_met", number, after, by=by, at=at)
    return Kept(True, questions(met.day, words=met.words))


def _problems_in(contract: Contract, there: list[Met], met: Met, at: datetime) -> list[Problem]:
    problems = []
    duties = {one.code: one for one in contract.as_at(met.due).obligations}
    duty = duties.get(met.obligation)
    if duty is None:
        problems.append(
            Problem(
                "obligation_unknown",
                f"On {day_in_full(met.due)} contract {contract.number} asks for no "
                f"“{met.obligation}”.",
                "obligation",
            )
        )
    elif met.due not in duty.days(met.due):
        problems.append(
            Problem(
                "obligation_not_due",
                f"“{duty.title}” does not fall due on {day_in_full(met.due)}.",
                "due",
            )
        )
    done = next((o for o in there if (o.obligation, o.due) == (met.obligation, met.due)), None)
    if done is not None:
        problems.append(
            Problem(
                "obligation_met_already",
                f"What was due on {day_in_full(met.due)} was done on {day_in_full(done.day)}.",
                "due",
            )
        )
    if met.day > day_of(at):
        problems.append(
            Problem(
                "day_ahead_of_time",
                f"{day_in_full(met.day)} is still to come; say the day it was done.",
                "day",
            )
        )
    return problems


def file_document(session: Session, wanted: Document, *, at: datetime) -> Kept:
    """Keep a contract's paper by its name, kind, day and SHA-256; the paper itself is elsewhere.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, wanted.by, roles.Action.KEEP_REGISTER)
    lock_head(session)
    contract_of(session, wanted.contract)
    query = select(_DOCUMENT).where(
        _DOCUMENT.c.contract == wanted.contract, _DOCUMENT.c.reference == wanted.reference
    )
    before = session.execute(query).first()
    values = {
        "name": wanted.name,
        "kind": wanted.kind,
        "day": wanted.day,
        "sha256": wanted.sha256,
        "kept_at": wanted.kept_at,
    }
    if before is not None:
        if any(getattr(before, name) != value for name, value in values.items()):
            raise Refused([otherwise("document", wanted.reference)])
        return Kept(False)
    session.execute(
        insert(_DOCUMENT).values(
            contract=wanted.contract,
            reference=wanted.reference,
            **values,
            recorded_by=wanted.by,
            recorded_at=as_text(at),
        )
    )
    note(
        session,
        "contract_document_filed",
        wanted.contract,
        {"name": wanted.name, "kind": wanted.kind, "sha256": wanted.sha256},
        by=wanted.by,
        at=at,
    )
    return Kept(True, questions(wanted.day, name=wanted.name))
