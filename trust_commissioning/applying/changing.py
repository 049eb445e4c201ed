"""Bringing rows of the register to what a document says, with what changed noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from ledger.money import Money
from ledger.outcomes import Outcome
from ledger.problems import Problem, Refused
from trust_commissioning import keeper, people
from trust_commissioning.applying.document import Document, PersonEntry, ServiceEntry
from trust_commissioning.founding import open_year
from trust_commissioning.store import audit
from trust_commissioning.store.tables import (
    AccountRow,
    CodingRuleRow,
    ContractRow,
    FinancialYearRow,
    FundRow,
    PartnerRow,
    ProviderRow,
    ServiceOutcomeRow,
    ServiceRow,
    TrustRow,
)

OUTLINE = frozenset({"number", "title", "provider", "service", "fund", "starts", "ends"})
"""What a contract's own row holds, beside its value."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that applying a document did.

    `did` is added, changed or posted; `before` and `after` hold the fields that changed.
    """

    kind: str
    key: str
    did: str
    before: Mapping[str, object] = field(default_factory=dict)
    after: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "kind": self.kind,
            "key": self.key,
            "did": self.did,
            "before": dict(self.before),
            "after": dict(self.after),
        }

    def __str__(self) -> str:
        said = "; ".join(f"{name}: {value}" for name, value in self.after.items())
        return f"{self.did} {self.kind} {self.key}" + (f" ({said})" if said else "")


@dataclass(frozen=True, slots=True)
class Applying:
    """One application of a document: in which transaction, by whom, when."""

    session: Session
    by: str
    at: datetime

    def note(self, change: Change) -> Change:
        """Keep a change in the audit trail."""
        audit.record(
            self.session,
            by=self.by,
            at=self.at,
            action=f"{change.kind.replace(' ', '_')}_{change.did}",
            object_kind=change.kind,
            object_key=change.key,
            before=change.before or None,
            after=change.after or None,
        )
        return change

    def bring(
        self,
        kind: str,
        key: str,
        row: SQLModel | None,
        made: type[SQLModel],
        values: Mapping[str, Any],
        said: frozenset[str],
    ) -> Iterator[Change]:
        """Bring one row to `values`; where it is there, only the fields that were `said`."""
        if row is None:
            self.session.add(made(**values))
            self.session.flush()
            after = _shown({name: value for name, value in values.items() if value})
            yield self.note(Change(kind, key, "added", after=after))
            return
        wanted = {name: value for name, value in values.items() if name in said}
        differs = {name: value for name, value in wanted.items() if getattr(row, name) != value}
        if not differs:
            return
        before = _shown({name: getattr(row, name) for name in differs})
        for name, value in differs.items():
            setattr(row, name, value)
        self.session.add(row)
        self.session.flush()
        yield self.note(Change(kind, key, "changed", before, _shown(differs)))


def change_register(applying: Applying, document: Document) -> Iterator[Change]:
    """Everything of the document but its money, in the order in which one thing names another."""
    yield from _trust(applying, document)
    yield from _years(applying, document)
    yield from _partners(applying, document)
    yield from _keeper(applying, document)
    yield from _accounts(applying, document)
    yield from _services(applying, document)
    yield from _providers(applying, document)
    yield from _funds(applying, document)
    yield from _contracts(applying, document)
    yield from _people(applying, document)
    yield from _coding_rules(applying, document)


def _trust(applying: Applying, document: Document) -> Iterator[Change]:
    row = applying.session.get(TrustRow, 1)
    assert row is not None, "a trust is founded before a document is applied to it"
    if document.trust is not None:
        values = {"name": document.trust}
        yield from applying.bring("trust", row.name, row, TrustRow, values, frozenset(values))


def _years(applying: Applying, document: Document) -> Iterator[Change]:
    for year in sorted(document.years):
        if applying.session.get(FinancialYearRow, str(year)) is None:
            open_year(applying.session, year)
            yield applying.note(Change("year", str(year), "added"))


def _partners(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.partners:
        row = applying.session.get(PartnerRow, entry.code)
        yield from applying.bring(
            "partner", entry.code, row, PartnerRow, entry.model_dump(), _said(entry)
        )


def _keeper(applying: Applying, document: Document) -> Iterator[Change]:
    """`keeper` keeps the audit trail of its own."""
    if "kept_by" not in document.model_fields_set:
        return
    session, named = applying.session, document.kept_by
    before = keeper.named(session)
    if before != named:
        keeper.name_keeper(session, named, by=applying.by, at=applying.at)
        key = session.get_one(TrustRow, 1).name
        told = ({"kept_by": code or ""} for code in (before, named))
        yield Change("trust", key, "changed", *told)


def _accounts(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.accounts:
        row = applying.session.get(AccountRow, entry.name)
        yield from applying.bring(
            "account", entry.name, row, AccountRow, entry.model_dump(), _said(entry)
        )


def _services(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.services:
        row = applying.session.get(ServiceRow, entry.code)
        values = entry.model_dump(exclude={"outcomes"})
        yield from applying.bring("service", entry.code, row, ServiceRow, values, _said(entry))
        yield from _outcome_weights(applying, entry)


def _outcome_weights(applying: Applying, entry: ServiceEntry) -> Iterator[Change]:
    session = applying.session
    for dated in entry.outcomes:
        rows = session.exec(
            select(ServiceOutcomeRow).where(
                col(ServiceOutcomeRow.service) == entry.code,
                col(ServiceOutcomeRow.starts) == dated.starts,
            )
        ).all()
        now = {Outcome(row.outcome): row.weight for row in rows}
        if now == dated.weights:
            continue
        for row in rows:
            session.delete(row)
        session.flush()
        for outcome, weight in dated.weights.items():
            session.add(
                ServiceOutcomeRow(
                    service=entry.code, starts=dated.starts, outcome=outcome.value, weight=weight
                )
            )
        session.flush()
        yield applying.note(
            Change(
                "outcome weights",
                f"{entry.code} from {dated.starts.isoformat()}",
                "changed" if now else "added",
                {outcome.value: weight for outcome, weight in now.items()},
                {outcome.value: weight for outcome, weight in dated.weights.items()},
            )
        )


def _providers(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.providers:
        row = applying.session.get(ProviderRow, entry.code)
        values = entry.model_dump() | {
            "sector": entry.sector.value if entry.sector is not None else "",
            "also_known_as": "\n".join(entry.also_known_as),
        }
        yield from applying.bring("provider", entry.code, row, ProviderRow, values, _said(entry))


def _funds(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.funds:
        row = applying.session.get(FundRow, entry.code)
        values = entry.model_dump() | {
            "kind": entry.kind.value,
            "legal_basis": entry.legal_basis.value,
            "may_be_spent_on": " ".join(entry.may_be_spent_on),
        }
        yield from applying.bring("fund", entry.code, row, FundRow, values, _said(entry))
    if any("host" in _said(entry) for entry in document.funds):
        keeper.check_administered(applying.session)


def _contracts(applying: Applying, document: Document) -> Iterator[Change]:
    for entry in document.contracts:
        row = applying.session.get(ContractRow, entry.number)
        outline = entry.model_dump(include=set(OUTLINE))
        values = outline | {"value_pence": entry.value.pence}
        said = (_said(entry) & OUTLINE) | {"value_pence"}
        yield from applying.bring("contract", entry.number, row, ContractRow, values, said)


def _coding_rules(applying: Applying, document: Document) -> Iterator[Change]:
    for rule in document.coding_rules:
        row = applying.session.get(CodingRuleRow, rule.code)
        values = {
            "code": rule.code,
            "priority": rule.priority,
            "contents": rule.model_dump_json(exclude_defaults=True),
        }
        yield from applying.bring(
            "coding rule", rule.code, row, CodingRuleRow, values, frozenset(values)
        )


def _people(applying: Applying, document: Document) -> Iterator[Change]:
    problems: list[Problem] = []
    for place, entry in enumerate(document.people):
        try:
            change = _person(applying, entry)
        except Refused as refusal:
            problems += [
                Problem(p.code, p.message, f"people[{place}].{p.where}") for p in refusal.problems
            ]
        else:
            if change is not None:
                yield change
    if problems:
        raise Refused(problems)


def _person(applying: Applying, entry: PersonEntry) -> Change | None:
    """`people` keeps the audit trail of its own."""
    session, by, at = applying.session, applying.by, applying.at
    there = people.find(session, entry.username)
    wanted = {name: getattr(entry, name) for name in _said(entry) - {"username", "active"}}
    if there is None:
        people.add(
            session,
            entry.username,
            name=entry.name,
            role=entry.role,
            email=entry.email,
            partner=entry.partner,
            by=by,
            at=at,
        )
        if not entry.active:
            people.disable(session, entry.username, by=by, at=at)
        return Change("person", entry.username, "added", after={"role": entry.role.value})
    differs = {name: value for name, value in wanted.items() if getattr(there, name) != value}
    before = {name: getattr(there, name) for name in differs}
    if differs:
        given = differs | ({"partner": ""} if differs.get("partner", "") is None else {})
        people.change(session, entry.username, by=by, at=at, **given)
    if "active" in entry.model_fields_set and entry.active != there.active:
        move = people.enable if entry.active else people.disable
        move(session, entry.username, by=by, at=at)
        before["active"], differs["active"] = there.active, entry.active
    return Change("person", entry.username, "changed", before, differs) if differs else None


def _said(entry: Any) -> frozenset[str]:
    return frozenset(entry.model_fields_set)


def _shown(values: Mapping[str, Any]) -> dict[str, object]:
    """Fields as a person reads them: days as text, pence as pounds."""
    return {
        name.removesuffix("_pence"): (
            Money(value).plain
            if name.endswith("_pence")
            else value.isoformat()
            if isinstance(value, date)
            else value
        )
        for name, value in values.items()
    }
