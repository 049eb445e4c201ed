"""The contracts register: with whom, for what, until when, worth what as signed and as varied."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from contracts.coming import Coming, Phase, coming, phase
from contracts.contract import Contract, Terms
from contracts.obligations import Due, Met, calendar, months_after
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.files.contracts_register import words_of
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import contracts as record
from trust_commissioning.store.contract_listing import Bound
from trust_commissioning.store.contracts import PublishedContract
from trust_commissioning.store.standing import titles

AHEAD = 6
"""Months the list of what comes looks ahead."""
NO_END = "No fixed end"
NOT_SAID = "Not stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the register is narrowed to; what is empty asks nothing."""

    words: str = ""
    provider: str = ""
    service: str = ""
    fund: str = ""
    form: str = ""
    phase: str = ""
    coming: str = ""

    def takes(self, line: Line) -> bool:
        """Whether a line is asked for: every word stands somewhere in it, and each choice is so."""
        one = line.contract
        text = f"{one.number} {line.terms.title} {line.provider} {line.service}".casefold()
        lots = {one.service, *(lot.service for lot in line.terms.lots)}
        return (
            all(word in text for word in self.words.casefold().split())
            and self.provider in ("", one.provider)
            and (not self.service or self.service in lots)
            and self.fund in ("", one.fund)
            and self.form in ("", one.form.value)
            and self.phase in ("", line.phase.value)
            and (not self.coming or any(what.what == self.coming for what in line.coming))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One contract on a day, with what comes of it and what was odd where it was published."""

    contract: Contract
    terms: Terms
    phase: Phase
    coming: tuple[Coming, ...]
    provider: str
    service: str
    fund: str
    waiting: int
    odd: tuple[str, ...]

    @property
    def is_bound(self) -> bool:
        """Whether it asks something of somebody: a draft does not yet."""
        return bool(self.terms.obligations) and self.phase is not Phase.DRAFT

    @property
    def bound(self) -> Bound:
        return Bound(self.contract.number, self.provider, self.terms.ends, self.terms.obligations)


def lines(session: Session, day: date, wanted: Wanted | None = None) -> list[Line]:
    """The contracts as they stand on a day, in order of number, narrowed to what is wanted."""
    wanted = wanted or Wanted()
    found = lines_of(session, day, _meant(session, wanted), wanted.fund)
    return [line for line in found if wanted.takes(line)]


def lines_of(
    session: Session, day: date, numbers: Iterable[str] | None, fund: str = ""
) -> Iterator[Line]:
    """The contracts of some numbers, or all, as they stand on a day."""
    named = titles(session, "provider", "service", "fund")
    waiting = record.uplifts_waiting(session, day)
    odd = _odd(record.published(session))
    by = months_after(day, AHEAD)
    for one in record.contracts(session, numbers, fund=fund, day=day):
        terms = one.as_at(day)
        yield Line(
            contract=one,
            terms=terms,
            phase=phase(one, day, terms),
            coming=tuple(coming(one, day, by, terms)),
            provider=named["provider"].get(one.provider, one.provider),
            service=named["service"].get(one.service, one.service),
            fund=named["fund"].get(one.fund, one.fund),
            waiting=waiting.get(one.number, 0),
            odd=odd.get(one.number, ()),
        )


def _meant(session: Session, wanted: Wanted) -> list[str] | None:
    """The contracts worth reading for what is wanted; None is all of them."""
    if not (wanted.words or wanted.provider or wanted.form):
        return None
    return record.like(session, wanted.words, provider=wanted.provider, form=wanted.form)


def _odd(published: Iterable[PublishedContract]) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for one in published:
        said[one.number] = (*said.get(one.number, ()), *map(words_of, one.flags))
    return said


def contract_register(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each contract as it stands on the last day of the period shown."""
    return register_of(session, scope, at, Wanted(fund=scope.fund or ""))


def register_of(session: Session, scope: Scope, at: datetime, wanted: Wanted) -> Report:
    """The register narrowed to what is wanted."""
    day = scope.period.ends
    found = lines(session, day, wanted)
    rows = [row_of(line) for line in found]
    # A narrowed register is of recorded contracts: what was only published says too little.
    published = record.published(session) if wanted == Wanted(fund=wanted.fund) else []
    totals: dict[str, Cell] = {
        "value_signed": Money.total(line.contract.as_signed.value for line in found),
        "value": Money.total(line.terms.value for line in found),
        "changed": Money.total(line.terms.value - line.contract.as_signed.value for line in found),
    }
    return _made(
        session,
        scope,
        at,
        rows=rows,
        totals=totals,
        notes=_notes(published),
        parts=[
            Part(
                key="coming",
                title="What ends, may be extended or lapses within six months",
                columns=COMING,
                rows=tuple(coming_rows(found)),
            ),
            Part(
                key="due",
                title="What is due within six months, and what is late",
                columns=DUE,
                rows=tuple(
                    due_rows(
                        left_due(
                            (line.bound for line in found if line.is_bound),
                            record.obligations_met(session),
                            day,
                        ),
                        day,
                    )
                ),
            ),
            Part(
                key="more",
                title="Funds, notice, VAT and changes",
                columns=_MORE,
                rows=tuple(rows),
                totals={"changed": totals["changed"]},
            ),
            _published_part(session, published),
        ],
    )


def published_of(session: Session, scope: Scope, at: datetime) -> Report:
    """The register without its contracts: how it is read, and what was published beside it."""
    published = record.published(session)
    return _made(
        session,
        scope,
        at,
        rows=[],
        totals={},
        notes=_notes(published),
        parts=[_published_part(session, published)],
    )


def _made(
    session: Session,
    scope: Scope,
    at: datetime,
    *,
    rows: list[dict[str, Cell]],
    totals: dict[str, Cell],
    notes: list[str],
    parts: list[Part],
) -> Report:
    return make(
        session,
        scope,
        at,
        name="contract-register",
        title="Contracts register",
        basis=(
            f"Each contract as at {day_in_full(scope.period.ends)}: as it was signed, with every "
            "variation that holds from then or before. A value is for the whole term, without VAT; "
            "the VAT that nobody gives back is beside it, where it is known."
        ),
        sign="A value is what is to be paid, above nil; what was changed is plus where it rose.",
        columns=COLUMNS,
        rows=rows,
        totals=totals,
        notes=notes,
        parts=parts,
    )


def _published_part(session: Session, published: Iterable[PublishedContract]) -> Part:
    return Part(
        key="published",
        title="Published registers: contracts that are not recorded here",
        columns=_PUBLISHED,
        rows=tuple(_published(published, titles(session, "contract")["contract"])),
    )


def _notes(published: Iterable[PublishedContract]) -> list[str]:
    odd = sum(len(one.flags) for one in published)
    if not odd:
        return []
    return [
        (
            f"{counted(odd, 'value')} of published registers could not be read and "
            f"{'is' if odd == 1 else 'are'} kept as printed; nothing was guessed."
        )
    ]


def row_of(line: Line) -> dict[str, Cell]:
    """One contract as a row of the register."""
    one, terms = line.contract, line.terms
    changed = terms.value - one.as_signed.value
    return {
        "number": one.number,
        "title": terms.title,
        "provider_code": one.provider,
        "provider": line.provider,
        "service_code": one.service,
        "service": line.service,
        "fund_code": one.fund,
        "fund": line.fund,
        "form": one.form.title,
        "phase": line.phase.title,
        "starts": day_in_full(terms.starts),
        "ends": _end(terms.ends),
        "latest_end": _end(terms.latest_end),
        "notice": counted(terms.notice_months, "month") if terms.notice_months else NOT_SAID,
        "value_signed": one.as_signed.value,
        "value": terms.value,
        "changed": changed,
        "irrecoverable_vat": "" if terms.irrecoverable_vat is None else terms.irrecoverable_vat,
        "variations": len(one.variations),
        "uplifts": line.waiting,
        "next": "; ".join(one.words for one in line.coming),
        "odd": "; ".join(line.odd),
    }


def _end(day: date | None) -> str:
    return NO_END if day is None else day_in_full(day)


def coming_rows(found: Iterable[Line]) -> Iterator[dict[str, Cell]]:
    """What comes of contracts within six months, by day."""
    soon = sorted(
        ((one, line) for line in found for one in line.coming),
        key=lambda pair: (pair[0].day, pair[1].contract.number),
    )
    for one, line in soon:
        yield {
            "day": day_in_full(one.day),
            "what": one.what.title,
            "number": line.contract.number,
            "title": line.terms.title,
            "provider": line.provider,
            "value": line.terms.value,
            "words": one.words,
        }


def left_due(
    found: Iterable[Bound], met: Mapping[str, Sequence[Met]], day: date
) -> list[tuple[Due, Bound]]:
    """Duties of contracts that run, or ran, and were not done by the day, in order of theirs."""
    by = months_after(day, AHEAD)
    open_ones = [
        (due, one)
        for one in found
        for due in calendar(one.obligations, met.get(one.number, ()), by, one.ends)
        if due.met is None or due.met.day > day
    ]
    return sorted(open_ones, key=lambda pair: (pair[0].day, pair[1].number))


def due_rows(found: Iterable[tuple[Due, Bound]], day: date) -> Iterator[dict[str, Cell]]:
    """What is due as rows, as seen on a day."""
    for due, one in found:
        yield {
            "day": day_in_full(due.day),
            "stands": "Late" if due.late_on(day) else "To come",
            "number": one.number,
            "title": due.obligation.title,
            "whose": due.obligation.whose.title,
            "provider": one.provider,
        }


def _published(
    published: Iterable[PublishedContract], known: Container[str]
) -> Iterator[dict[str, Cell]]:
    for one in published:
        if one.number in known:
            continue
        yield {
            "publisher": one.publisher or NOT_SAID,
            "number": one.number or NOT_SAID,
            "title": one.title or NOT_SAID,
            "provider": one.provider_name or NOT_SAID,
            "starts": _read(one, "starts", one.starts),
            "ends": _read(one, "ends", one.ends),
            "value": _read(one, "value", one.value),
            "irrecoverable_vat": _read(one, "irrecoverable vat", one.irrecoverable_vat),
            "odd": "; ".join(map(words_of, one.flags)),
        }


def _read(one: PublishedContract, column: str, value: date | Money | None) -> Cell:
    """What was read, else what the cell prints; ``Not stated`` where it says nothing."""
    if value is not None:
        return day_in_full(value) if isinstance(value, date) else value
    said = [flag.printed for flag in one.flags if flag.column == column and flag.printed]
    return f"“{said[0]}”" if said else NOT_SAID


# What is too wide for a page is shown as two tables of the same rows.
COLUMNS = (
    Column(key="number", title="Contract"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider"),
    Column(key="provider_code", title="Provider code", kind="code"),
    Column(key="service", title="Service"),
    Column(key="service_code", title="Service code", kind="code"),
    Column(key="form", title="Kind"),
    Column(key="phase", title="Stands"),
    Column(key="starts", title="Starts"),
    Column(key="ends", title="Ends"),
    Column(key="latest_end", title="With extensions until"),
    Column(key="value_signed", title="Value as signed", kind="money"),
    Column(key="value", title="Value as varied", kind="money"),
    Column(key="next", title="Within six months"),
)
_MORE = (
    Column(key="number", title="Contract"),
    Column(key="title", title="Title"),
    Column(key="fund", title="Fund"),
    Column(key="fund_code", title="Fund code", kind="code"),
    Column(key="notice", title="Notice"),
    Column(key="changed", title="Value changed by", kind="money"),
    Column(key="irrecoverable_vat", title="Irrecoverable VAT", kind="money"),
    Column(key="variations", title="Variations", kind="count"),
    Column(key="uplifts", title="Uplifts waiting", kind="count"),
    Column(key="odd", title="Kept as printed"),
)
COMING = (
    Column(key="day", title="By"),
    Column(key="what", title="What"),
    Column(key="number", title="Contract"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider"),
    Column(key="value", title="Value", kind="money"),
    Column(key="words", title="In words"),
)
DUE = (
    Column(key="day", title="Due"),
    Column(key="stands", title="Stands"),
    Column(key="number", title="Contract"),
    Column(key="title", title="What"),
    Column(key="whose", title="Whose duty"),
    Column(key="provider", title="Provider"),
)
_PUBLISHED = (
    Column(key="publisher", title="Published by"),
    Column(key="number", title="Reference"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider as printed"),
    Column(key="starts", title="Starts"),
    Column(key="ends", title="Ends"),
    # As printed where it could not be read as an amount.
    Column(key="value", title="Value"),
    Column(key="irrecoverable_vat", title="Irrecoverable VAT"),
    Column(key="odd", title="Kept as printed"),
)
