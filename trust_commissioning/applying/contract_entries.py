"""Contracts of a document: their terms, their variations, what of a signed one must stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlmodel import Session

from contracts.contract import Contract
from contracts.lifecycle import ContractState
from ledger.problems import Problem, Refused
from trust_commissioning import commissioning
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.applying.document import ContractEntry, Document
from trust_commissioning.commissioning.asked import ContractAsked, ContractParts
from trust_commissioning.commissioning.known import contract_of
from trust_commissioning.store import contracts

_PARTS = frozenset(ContractParts.model_fields)


def signed_of(session: Session, numbers: Sequence[str]) -> dict[str, Contract]:
    """The contracts of some numbers that were signed with their terms, or varied since."""
    if not numbers:
        return {}
    with_terms = contracts.with_terms(session, numbers)
    return {
        one.number: one
        for one in contracts.contracts(session, numbers)
        if one.state != ContractState.DRAFT and (one.number in with_terms or one.variations)
    }


def check_signed(entry: ContractEntry, signed: Contract, where: str) -> Iterator[Problem]:
    """What a document says otherwise of a contract than was signed."""
    terms = signed.as_signed
    held = {
        "title": terms.title,
        "provider": signed.provider,
        "service": signed.service,
        "fund": signed.fund,
        "value": terms.value,
        "starts": terms.starts,
        "ends": terms.ends,
    }
    for name, before in held.items():
        if name in entry.model_fields_set and getattr(entry, name) != before:
            yield Problem(
                "contract_changes_by_variation",
                f"The {name} of contract {entry.number} was signed as {before}; what changes "
                "since is recorded as a variation.",
                f"{where}.{name}",
            )


def apply_contracts(applying: Applying, document: Document) -> Iterator[Change]:
    """Record the terms of contracts that say any, and then every variation.

    Raises:
        Refused: with every problem of every entry by its YAML path.
    """
    problems: list[Problem] = []
    for place, entry in enumerate(document.contracts):
        if not entry.model_fields_set & _PARTS:
            continue
        asked = ContractAsked(**{name: getattr(entry, name) for name in entry.model_fields_set})
        try:
            kept = commissioning.sign(
                applying.session, asked.read(), by=applying.by, at=applying.at
            )
        except Refused as refusal:
            problems += _at(refusal, f"contracts[{place}]")
        else:
            if kept.new:
                after = {"form": entry.form.value, "lots": len(entry.lots)}
                yield Change("contract terms", entry.number, "added", after=after)
    if problems:
        raise Refused(problems)
    for place, one in enumerate(document.contract_variations):
        try:
            contract = contract_of(applying.session, one.contract)
            kept = commissioning.vary(
                applying.session,
                one.contract,
                one.read(contract),
                by=applying.by,
                at=applying.at,
            )
        except Refused as refusal:
            problems += _at(refusal, f"contract_variations[{place}]")
        else:
            if kept.new:
                key = f"{one.contract} {one.reference}"
                yield Change(
                    "contract variation", key, "added", after={"from": one.day.isoformat()}
                )
    if problems:
        raise Refused(problems)


def _at(refusal: Refused, where: str) -> list[Problem]:
    return [Problem(p.code, p.message, f"{where}.{p.where}".rstrip(".")) for p in refusal.problems]
