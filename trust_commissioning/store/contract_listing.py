"""Contracts counted, summed, paged by the database; which of them must be read to know more.

What varies a contract is kept as JSON. A text search of it says which variations may touch a value,
an end, an option or a duty; only those contracts are read, all others are as they were signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, func, or_, select
from sqlmodel import Session

from contracts.contract import Form
from contracts.obligations import Obligation
from ledger.money import Money
from trust_commissioning.store.contracts import obligations_in
from trust_commissioning.store.tables import (
    ContractMoveRow,
    ContractRow,
    ContractTermsRow,
    ContractVariationRow,
    ProviderRow,
    table_of,
)

_CONTRACT, _TERMS = table_of(ContractRow), table_of(ContractTermsRow)
_MOVE, _VARIATION = table_of(ContractMoveRow), table_of(ContractVariationRow)
_PROVIDER = table_of(ProviderRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The contracts there were by a day, of a fund, a provider or a kind; empty asks nothing."""

    day: date
    fund: str = ""
    provider: str = ""
    form: str = ""

    @property
    def where(self) -> ColumnElement[bool]:
        of_it = _MOVE.c.contract == _CONTRACT.c.number
        moved = select(_MOVE.c.turn).where(of_it)
        asked = [
            # One that nobody moved came with a trust's own file, and was always there.
            or_(~moved.exists(), moved.where(_MOVE.c.day <= self.day).exists()),
        ]
        if self.fund:
            asked.append(_CONTRACT.c.fund == self.fund)
        if self.provider:
            asked.append(_CONTRACT.c.provider == self.provider)
        if self.form:
            asked.append(func.coalesce(_TERMS.c.form, Form.BLOCK.value) == self.form)
        return and_(*asked)


def count_and_value(session: Session, wanted: Narrowed) -> tuple[int, Money]:
    """How many there are, and what they are worth as signed."""
    worth = func.coalesce(func.sum(_CONTRACT.c.value_pence), 0)
    query = _of(wanted, func.count(), cast(worth, BigInteger))
    count, pence = session.execute(query).one()
    return int(count), Money(int(pence))


def page(session: Session, wanted: Narrowed, *, length: int, number: int) -> list[str]:
    """The numbers on one page, the first being 1, in order of number."""
    query = _of(wanted, _CONTRACT.c.number).order_by(_CONTRACT.c.number)
    found = session.execute(query.limit(length).offset((number - 1) * length))
    return list(found.scalars())


def with_another_value(session: Session, wanted: Narrowed) -> list[str]:
    """Those whose value a variation may have changed by the day."""
    query = _of(wanted, _CONTRACT.c.number).where(_varied("value", by=wanted.day))
    return list(session.execute(query).scalars())


def that_may_come(session: Session, wanted: Narrowed, by: date) -> list[str]:
    """Those that may end, or may have an option to be taken up, by a day."""
    query = _of(wanted, _CONTRACT.c.number).where(
        or_(
            _CONTRACT.c.ends <= by,
            _TERMS.c.contents.like('%"notify_by":"%'),
            _varied("term"),
            _varied("extensions"),
        )
    )
    return list(session.execute(query.order_by(_CONTRACT.c.number)).scalars())


@dataclass(frozen=True, slots=True)
class Bound:
    """A contract with whom it is, its last day and what it asks for."""

    number: str
    provider: str
    ends: date | None
    obligations: tuple[Obligation, ...]


def bound(session: Session, wanted: Narrowed) -> tuple[list[Bound], list[str]]:
    """Contracts with duties as signed, and the numbers of those to be read since they were varied."""
    varied = or_(_varied("term"), _varied("obligations"))
    columns = (_CONTRACT.c.number, _PROVIDER.c.name, _CONTRACT.c.ends, _TERMS.c.contents)
    plain = _of(wanted, *columns).where(
        _PROVIDER.c.code == _CONTRACT.c.provider,
        _TERMS.c.contents.like('%"obligations":[{%'),
        ~varied,
        ~_drafted(wanted.day),
    )
    found = [
        Bound(number, name, ends, obligations_in(contents))
        for number, name, ends, contents in session.execute(plain).all()
    ]
    return found, list(session.execute(_of(wanted, _CONTRACT.c.number).where(varied)).scalars())


def _of(wanted: Narrowed, *columns: Any) -> Any:
    query = select(*columns).select_from(_CONTRACT)
    query = query.outerjoin(_TERMS, _TERMS.c.contract == _CONTRACT.c.number)
    return query.where(wanted.where)


def _varied(part: str, *, by: date | None = None) -> ColumnElement[bool]:
    """Whether a variation says something of a part; one that takes up an option says a term."""
    said = and_(
        _VARIATION.c.contract == _CONTRACT.c.number,
        ~_VARIATION.c.contents.like(f'%"{part}":null%'),
    )
    if by is not None:
        said = and_(said, _VARIATION.c.day <= by)
    return select(_VARIATION.c.reference).where(said).exists()


def _drafted(day: date) -> ColumnElement[bool]:
    """Whether a contract was a draft on a day, by the last move it had made."""
    last = (
        select(_MOVE.c.state)
        .where(_MOVE.c.contract == _CONTRACT.c.number, _MOVE.c.day <= day)
        .order_by(_MOVE.c.turn.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last, "") == "draft"
