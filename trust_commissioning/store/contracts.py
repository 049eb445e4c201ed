"""Contracts read as kernel values: terms as signed, what varied them, uplifts, duties, papers."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, func, select
from sqlmodel import Session

from contracts.contract import (
    Contract,
    Extension,
    Form,
    Indexation,
    Lot,
    Terms,
    Variation,
    whole,
)
from contracts.kpi import Kpi
from contracts.obligations import Met, Obligation
from contracts.uplift import Decision, IndexFigure, Rate, Step, Uplift
from ledger.money import Money
from trust_commissioning.clock import day_of, from_text
from trust_commissioning.files.contracts_register import Flag
from trust_commissioning.store.tables import (
    ContractDocumentRow,
    ContractMoveRow,
    ContractRow,
    ContractTermsRow,
    ContractVariationRow,
    IndexFigureRow,
    ObligationMetRow,
    ProviderRow,
    PublishedContractRow,
    ServiceRow,
    UpliftDecisionRow,
    UpliftRateRow,
    UpliftRow,
    table_of,
)

_CONTRACT, _TERMS, _MOVE = (
    table_of(ContractRow),
    table_of(ContractTermsRow),
    table_of(ContractMoveRow),
)
_VARIATION, _DOCUMENT = table_of(ContractVariationRow), table_of(ContractDocumentRow)
_UPLIFT, _RATE, _DECISION = (
    table_of(UpliftRow),
    table_of(UpliftRateRow),
    table_of(UpliftDecisionRow),
)
_FIGURE, _MET = table_of(IndexFigureRow), table_of(ObligationMetRow)

_PROVIDER, _SERVICE = table_of(ProviderRow), table_of(ServiceRow)
_PUBLISHED = table_of(PublishedContractRow)

_REMEMBERED = 10_000
SIGNED = "signed"
"""The state of a contract that nobody moved: it came with a trust's own file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What was agreed beside a contract's row, kept as JSON."""

    lots: tuple[Lot, ...] = ()
    extensions: tuple[Extension, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    indexation: Indexation | None = None


@cache
def _as_json(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def written(value: Beside | Variation) -> str:
    """The JSON a value is kept as."""
    kind: type = type(value)
    return _as_json(kind).dump_json(value).decode()


@lru_cache(maxsize=_REMEMBERED)
def _beside(contents: str) -> Beside:
    """Read once: what was signed never changes, and a page asks for all of it again."""
    found: Beside = _as_json(Beside).validate_json(contents)
    return found


def obligations_in(contents: str) -> tuple[Obligation, ...]:
    """The duties among what was agreed beside a contract's row."""
    return _beside(contents).obligations


@lru_cache(maxsize=_REMEMBERED)
def _variation(contents: str) -> Variation:
    found: Variation = _as_json(Variation).validate_json(contents)
    return found


def contract(session: Session, number: str) -> Contract | None:
    """One contract with all that varied it; None where there is none."""
    return next(iter(contracts(session, [number])), None)


def contracts(
    session: Session,
    numbers: Iterable[str] | None = None,
    *,
    fund: str = "",
    day: date | None = None,
) -> list[Contract]:
    """The contracts of some numbers, or all, in order of number.

    In the state they were in on a day, where one is given; what was first recorded as signed or
    drafted on a later day was not there yet.
    """
    wanted = None if numbers is None else list(numbers)
    columns = [
        *_CONTRACT.c,
        *(one.label(f"terms_{one.name}") for one in _TERMS.c),
    ]
    query = select(*columns).outerjoin(_TERMS, _TERMS.c.contract == _CONTRACT.c.number)
    if fund:
        query = query.where(_CONTRACT.c.fund == fund)
    query = _only(query, _CONTRACT.c.number, wanted).order_by(_CONTRACT.c.number)
    rows = session.execute(query).all()
    varied = _variations(session, wanted)
    states = _states(session, wanted, day)
    return [
        _contract(row, state, varied.get(row.number, ()))
        for row in rows
        if (state := states.get(row.number, SIGNED))
    ]


def with_terms(session: Session, numbers: Iterable[str]) -> frozenset[str]:
    """Which of some contracts were recorded with their terms, beside the outline of their row."""
    query = select(_TERMS.c.contract).where(_TERMS.c.contract.in_(list(numbers)))
    return frozenset(session.execute(query).scalars())


def like(session: Session, words: str, *, provider: str = "", form: str = "") -> list[str]:
    """The numbers of contracts that may be meant: a quick first choice, which leaves none out.

    Each word is looked for in the number, the titles, the provider's and the service's names; a
    contract whose title was ever varied is taken whatever it was called when it was signed.
    """
    query = (
        select(_CONTRACT.c.number)
        .join(_PROVIDER, _PROVIDER.c.code == _CONTRACT.c.provider)
        .join(_SERVICE, _SERVICE.c.code == _CONTRACT.c.service)
        .outerjoin(_TERMS, _TERMS.c.contract == _CONTRACT.c.number)
    )
    text = func.lower(
        _CONTRACT.c.number
        + " "
        + _CONTRACT.c.title
        + " "
        + _PROVIDER.c.name
        + " "
        + _SERVICE.c.title
    )
    renamed = select(_VARIATION.c.contract).where(_VARIATION.c.contents.like('%"title":"%'))
    for word in words.lower().split():
        # What a database makes small letters of differs beyond ASCII: such a word is left to Python.
        if word.isascii():
            found = text.contains(word, autoescape=True)
            query = query.where(found | _CONTRACT.c.number.in_(renamed))
    if provider:
        query = query.where(_CONTRACT.c.provider == provider)
    if form:
        query = query.where(func.coalesce(_TERMS.c.form, Form.BLOCK.value) == form)
    return list(session.execute(query.order_by(_CONTRACT.c.number)).scalars())


def _only(query: Select[Any], column: Any, wanted: list[str] | None) -> Select[Any]:
    return query if wanted is None else query.where(column.in_(wanted))


def _contract(row: Row[Any], state: str, varied: tuple[Variation, ...]) -> Contract:
    plain = row.terms_contract is None
    beside = Beside() if plain else _beside(row.terms_contents)
    vat = None if plain else row.terms_irrecoverable_vat_pence
    return Contract(
        number=row.number,
        provider=row.provider,
        service=row.service,
        fund=row.fund,
        form=Form.BLOCK if plain else Form(row.terms_form),
        state=state,
        signed=None if plain else row.terms_signed,
        procurement="" if plain else row.terms_procurement,
        as_signed=Terms(
            title=row.title,
            starts=row.starts,
            ends=row.ends,
            value=Money(row.value_pence),
            irrecoverable_vat=None if vat is None else Money(vat),
            notice_months=0 if plain else row.terms_notice_months,
            extensions=beside.extensions,
            lots=beside.lots or (whole(row.title, row.service, Money(row.value_pence)),),
            obligations=beside.obligations,
            kpis=beside.kpis,
            indexation=beside.indexation,
        ),
        variations=varied,
    )


def _variations(session: Session, wanted: list[str] | None) -> Mapping[str, tuple[Variation, ...]]:
    found: defaultdict[str, tuple[Variation, ...]] = defaultdict(tuple)
    query = _only(select(_VARIATION), _VARIATION.c.contract, wanted)
    for row in session.execute(query.order_by(_VARIATION.c.contract, _VARIATION.c.turn)):
        day = day_of(from_text(row.recorded_at))
        read = replace(_variation(row.contents), turn=row.turn, by=row.recorded_by, recorded=day)
        found[row.contract] += (read,)
    return found


def _states(
    session: Session, wanted: list[str] | None, day: date | None = None
) -> Mapping[str, str]:
    """The state each contract came to by its moves up to a day; empty before the first of them.

    A variation or an uplift leaves a contract signed, whichever day it is of.
    """
    columns = (_MOVE.c.contract, _MOVE.c.state, _MOVE.c.day)
    query = _only(select(*columns), _MOVE.c.contract, wanted)
    found: dict[str, str] = {}
    for row in session.execute(query.order_by(_MOVE.c.turn)):
        known = day is None or row.day <= day
        found[row.contract] = row.state if known else found.get(row.contract, "")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One move in a contract's life, as it was made."""

    event: str
    state: str
    day: date
    by: str
    at: str


def moves(session: Session, number: str) -> list[Moved]:
    """The moves of a contract, in order."""
    query = select(_MOVE).where(_MOVE.c.contract == number).order_by(_MOVE.c.turn)
    return [
        Moved(event=row.event, state=row.state, day=row.day, by=row.recorded_by, at=row.recorded_at)
        for row in session.execute(query)
    ]


def uplifts(session: Session, *, contract: str = "", reference: str = "") -> list[Uplift]:
    """Uplifts with their decisions, of one contract or of all, in order of day."""
    query = select(_UPLIFT)
    if contract:
        query = query.where(_UPLIFT.c.contract == contract)
    if reference:
        query = query.where(_UPLIFT.c.reference == reference)
    rows = session.execute(query.order_by(_UPLIFT.c.day, _UPLIFT.c.reference)).all()
    wanted = [row.reference for row in rows]
    rates: defaultdict[str, tuple[Rate, ...]] = defaultdict(tuple)
    for one in session.execute(_only(select(_RATE), _RATE.c.uplift, wanted).order_by(_RATE.c.lot)):
        rates[one.uplift] += (
            Rate(lot=one.lot, was=Money(one.was_pence), asked=Money(one.asked_pence)),
        )
    decisions: defaultdict[str, tuple[Decision, ...]] = defaultdict(tuple)
    query = _only(select(_DECISION), _DECISION.c.uplift, wanted).order_by(_DECISION.c.turn)
    for one in session.execute(query):
        decisions[one.uplift] += (_decision(one),)
    return [
        Uplift(
            reference=row.reference,
            contract=row.contract,
            day=row.day,
            starts=row.starts,
            reason=row.reason,
            rates=rates[row.reference],
            percent=None if row.percent is None else Fraction(row.percent),
            index=row.index_words,
            value=_money(row.value_pence),
            by=row.recorded_by,
            decisions=decisions[row.reference],
        )
        for row in rows
    ]


def uplifts_waiting(session: Session, day: date | None = None) -> dict[str, int]:
    """How many uplifts of each contract nobody has applied or refused, or had by a day."""
    last = date.max if day is None else day
    decided = select(_DECISION.c.uplift).where(
        _DECISION.c.step.in_([Step.APPLIED.value, Step.REFUSED.value]), _DECISION.c.day <= last
    )
    query = (
        select(_UPLIFT.c.contract, func.count())
        .where(_UPLIFT.c.reference.not_in(decided), _UPLIFT.c.day <= last)
        .group_by(_UPLIFT.c.contract)
    )
    return {contract: int(count) for contract, count in session.execute(query)}


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        step=Step(row.step),
        day=row.day,
        by=row.recorded_by,
        reason=row.reason,
        this_year=_money(row.this_year_pence),
        full_year=_money(row.full_year_pence),
    )


def _money(pence: int | None) -> Money | None:
    return None if pence is None else Money(pence)


def index_figures(session: Session, name: str = "") -> list[IndexFigure]:
    """Published index figures as last revised, in order of month."""
    query = select(_FIGURE).order_by(_FIGURE.c.name, _FIGURE.c.month, _FIGURE.c.turn)
    if name:
        query = query.where(_FIGURE.c.name == name)
    last = {(row.name, row.month): row for row in session.execute(query)}
    return [
        IndexFigure(row.name, row.month, Fraction(row.figure), row.source) for row in last.values()
    ]


def obligations_met(session: Session, number: str | None = None) -> dict[str, list[Met]]:
    """What was done of what was due, by contract, in the order it was recorded."""
    query = select(_MET).order_by(_MET.c.contract, _MET.c.turn)
    if number is not None:
        query = query.where(_MET.c.contract == number)
    found: defaultdict[str, list[Met]] = defaultdict(list)
    for row in session.execute(query):
        found[row.contract].append(
            Met(
                obligation=row.obligation,
                due=row.due,
                day=row.day,
                words=row.words,
                reference=row.reference,
                by=row.recorded_by,
            )
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper of a contract: what it is, its fingerprint, where it is filed."""

    contract: str
    reference: str
    name: str
    kind: str
    day: date
    sha256: str
    kept_at: str
    by: str


def documents(session: Session, number: str) -> Iterator[Document]:
    """The papers of a contract, in order of day."""
    query = select(_DOCUMENT).where(_DOCUMENT.c.contract == number)
    for row in session.execute(query.order_by(_DOCUMENT.c.day, _DOCUMENT.c.reference)):
        yield Document(
            contract=row.contract,
            reference=row.reference,
            name=row.name,
            kind=row.kind,
            day=row.day,
            sha256=row.sha256,
            kept_at=row.kept_at,
            by=row.recorded_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedContract:
    """One line of a published register: what could be read, every cell, what was odd."""

    batch: str
    row: int
    publisher: str
    number: str
    title: str
    provider_name: str
    starts: date | None
    ends: date | None
    review_day: date | None
    extension_ends: date | None
    value: Money | None
    irrecoverable_vat: Money | None
    cells: Mapping[str, str]
    flags: tuple[Flag, ...]


def published(session: Session, number: str | None = None) -> list[PublishedContract]:
    """The lines of each publisher's latest register, by publisher and then as printed."""
    latest: dict[str, str] = {}
    query = select(_PUBLISHED.c.publisher, _PUBLISHED.c.batch).distinct()
    for publisher, batch in session.execute(query):
        latest[publisher] = max(latest.get(publisher, ""), batch, key=lambda id: (len(id), id))
    query = select(_PUBLISHED)
    if number is not None:
        query = query.where(_PUBLISHED.c.number == number)
    rows = session.execute(
        query.order_by(_PUBLISHED.c.publisher, _PUBLISHED.c.batch, _PUBLISHED.c.row)
    )
    return [_published(row) for row in rows if latest[row.publisher] == row.batch]


def _published(row: Row[Any]) -> PublishedContract:
    return PublishedContract(
        batch=row.batch,
        row=row.row,
        publisher=row.publisher,
        number=row.number,
        title=row.title,
        provider_name=row.provider_name,
        starts=row.starts,
        ends=row.ends,
        review_day=row.review_day,
        extension_ends=row.extension_ends,
        value=_money(row.value_pence),
        irrecoverable_vat=_money(row.irrecoverable_vat_pence),
        cells=json.loads(row.cells),
        flags=tuple(Flag(**one) for one in json.loads(row.flags)),
    )
