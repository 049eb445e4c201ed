"""The contracts register: with whom, for what, until when, worth what as signed and as varied."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from contracts.coming import Coming, Phase, coming, phase
from contracts.contract import Contract, Terms
from contracts.obligations import Met, calendar, months_after
from ledger.money import Money
from ledger.wording import counted, day_in_full
from trust_commissioning.files.contracts_register import words_of
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import contracts as record
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


def lines(session: Session, day: date, wanted: Wanted | None = None) -> list[Line]:
    """The contracts as they stand on a day, in order of number, narrowed to what is wanted."""
    wanted = wanted or Wanted()
    named = titles(session, "provider", "service", "fund")
    waiting = record.uplifts_waiting(session)
    odd = _odd(record.published(session))
    by = months_after(day, AHEAD)
    found = (
        Line(
            contract=one,
            terms=one.as_at(day),
            phase=phase(one, day),
            coming=tuple(coming(one, day, by)),
            provider=named["provider"].get(one.provider, one.provider),
            service=named["service"].get(one.service, one.service),
            fund=named["fund"].get(one.fund, one.fund),
            waiting=waiting.get(one.number, 0),
            odd=odd.get(one.number, ()),
        )
        for one in record.contracts(session, _meant(session, wanted), fund=wanted.fund)
    )
    return [line for line in found if wanted.takes(line)]


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
    rows = [_row(line) for line in found]
    # A narrowed register is of recorded contracts: what was only published says too little.
    published = record.published(session) if wanted == Wanted(fund=wanted.fund) else []
    totals: dict[str, Cell] = {
        "value_signed": Money.total(line.contract.as_signed.value for line in found),
        "value": Money.total(line.terms.value for line in found),
        "changed": Money.total(line.terms.value - line.contract.as_signed.value for line in found),
    }
    return make(
        session,
        scope,
        at,
        name="contract-register",
        title="Contracts register",
        basis=(
            f"Each contract as at {day_in_full(day)}: as it was signed, with every variation that "
            "holds from then or before. A value is for the whole term, without VAT; the VAT that "
            "nobody gives back is beside it, where it is known."
        ),
        sign="A value is what is to be paid, above nil; what was changed is plus where it rose.",
        columns=_COLUMNS,
        rows=rows,
        totals=totals,
        notes=_notes(published),
        parts=[
            Part(
                key="coming",
                title="What ends, may be extended or lapses within six months",
                columns=_COMING,
                rows=tuple(_coming(found)),
            ),
            Part(
                key="due",
                title="What is due within six months, and what is late",
                columns=_DUE,
                rows=tuple(_due(found, record.obligations_met(session), day)),
            ),
            Part(
                key="more",
                title="Funds, notice, VAT and changes",
                columns=_MORE,
                rows=tuple(rows),
                totals={"changed": totals["changed"]},
            ),
            Part(
                key="published",
                title="Published registers: contracts that are not recorded here",
                columns=_PUBLISHED,
                rows=tuple(_published(published, titles(session, "contract")["contract"])),
            ),
        ],
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


def _row(line: Line) -> dict[str, Cell]:
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


def _coming(found: Iterable[Line]) -> Iterator[dict[str, Cell]]:
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


def _due(
    found: Iterable[Line], met: Mapping[str, Sequence[Met]], day: date
) -> Iterator[dict[str, Cell]]:
    """Duties of contracts that run, or ran, and were not done by the day, in order of theirs."""
    open_ones = [
        (due, line)
        for line in found
        if line.terms.obligations and line.phase is not Phase.DRAFT
        for due in calendar(
            line.terms.obligations,
            met.get(line.contract.number, ()),
            months_after(day, AHEAD),
            line.terms.ends,
        )
        if due.met is None or due.met.day > day
    ]
    for due, line in sorted(open_ones, key=lambda pair: (pair[0].day, pair[1].contract.number)):
        yield {
            "day": day_in_full(due.day),
            "stands": "Late" if due.late_on(day) else "To come",
            "number": line.contract.number,
            "title": due.obligation.title,
            "whose": due.obligation.whose.title,
            "provider": line.provider,
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
_COLUMNS = (
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
_COMING = (
    Column(key="day", title="By"),
    Column(key="what", title="What"),
    Column(key="number", title="Contract"),
    Column(key="title", title="Title"),
    Column(key="provider", title="Provider"),
    Column(key="value", title="Value", kind="money"),
    Column(key="words", title="In words"),
)
_DUE = (
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
