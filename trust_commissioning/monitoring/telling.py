"""What monitoring is told: held to its rules and to the names the record knows, kept for ever."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, SQLModel

from contracts import monitoring as monitoring_rules
from contracts import review as review_rules
from contracts.days import ahead_of_time
from contracts.review import Review
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.posting import lock_head
from trust_commissioning.reports.review_facts import gather
from trust_commissioning.shipped_monitoring import checklist
from trust_commissioning.store import audit
from trust_commissioning.store import monitoring as record
from trust_commissioning.store.monitoring import Fact
from trust_commissioning.store.tables import (
    ContractRow,
    NeedRow,
    PartnerRow,
    ProviderRow,
    ServiceRow,
)


def tell(session: Session, wanted: Fact, *, by: str, at: datetime) -> bool:
    """Keep something said, seen or decided on a day; False where the same was kept before.

    What is of a contract is of its provider as well. A review is kept with the facts as they stand
    when it is recorded.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.MONITOR)
    _check_whose(session, wanted, by)
    lock_head(session)
    before = record.fact(session, wanted.kind, wanted.reference)
    wanted = _completed(session, replace(wanted, by=by))
    if before is not None:
        if _said(before) != _said(wanted):
            raise Refused.because(
                "event_recorded_otherwise",
                f"The {wanted.kind.replace('_', ' ')} “{wanted.reference}” was recorded before "
                "with other contents; give this one another reference.",
                "reference",
            )
        return False
    problems = [*_unknown_names(session, wanted), *_broken_rules(session, wanted)]
    if wanted.kind not in _MAY_START_LATER:
        problems += ahead_of_time(wanted.day, day_of(at))
    if problems:
        raise Refused(problems)
    said = _as_json(wanted)
    if wanted.kind == record.REVIEW:
        facts = gather(session, wanted.contract, wanted.day)
        wanted = replace(wanted, contents=replace(wanted.contents, facts=facts))
    record.add(session, wanted, at=as_text(at))
    audit.record(
        session,
        by=by,
        at=at,
        action=f"{wanted.kind}_recorded",
        object_kind=wanted.kind,
        object_key=wanted.reference,
        after={"about": wanted.about, "day": wanted.day.isoformat(), "said": said},
    )
    return True


def _check_whose(session: Session, wanted: Fact, by: str) -> None:
    """How often every contract is checked is the host's to say; a standard is its own body's."""
    if wanted.kind == record.RULE:
        roles.check_whole_trust(session, by, "say how often the trust's contracts are checked")
    agreed = wanted if wanted.kind == record.STANDARD else None
    if wanted.kind == record.ASSESSED:
        agreed = record.fact(session, record.STANDARD, wanted.about)
    if agreed is not None and (partner := agreed.contents.partner):
        words = "speak of a standard agreed with another partner"
        roles.check_whole_trust(session, by, words, partner=partner)


def _completed(session: Session, wanted: Fact) -> Fact:
    """With the contract of what it follows on, and the provider of its contract."""
    contract, provider, contents = wanted.contract, wanted.provider, wanted.contents
    if wanted.kind == record.DECISION:
        found = record.fact(session, record.REVIEW, wanted.about)
        contract = found.contract if found else ""
    row = session.get(ContractRow, contract) if contract else None
    if row is not None and not provider:
        provider = row.provider
    if wanted.kind == record.CONCERN:
        contents = replace(contents, provider=provider)
    return replace(wanted, contract=contract, provider=provider, contents=contents)


def _said(one: Fact) -> tuple[object, ...]:
    contents = one.contents
    if isinstance(contents, Review):
        contents = replace(contents, facts=())
    return (one.about, one.contract, one.provider, one.day, contents)


def _as_json(wanted: Fact) -> Any:
    return json.loads(TypeAdapter(type(wanted.contents)).dump_json(wanted.contents))


def _unknown(
    session: Session, table: type[SQLModel], kind: str, code: str, where: str
) -> Iterator[Problem]:
    if code and session.get(table, code) is None:
        yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", where)


def _unknown_names(session: Session, wanted: Fact) -> Iterator[Problem]:
    yield from _unknown(session, ContractRow, "contract", wanted.contract, "contract")
    yield from _unknown(session, ProviderRow, "provider", wanted.provider, "provider")
    row = session.get(ContractRow, wanted.contract) if wanted.contract else None
    if row is not None and row.provider != wanted.provider:
        yield Problem(
            "contract_of_another_provider",
            f"Contract {row.number} is with {row.provider}, not with {wanted.provider}.",
            "provider",
        )


def _broken_rules(session: Session, wanted: Fact) -> Iterator[Problem]:
    """What its own kind of fact is held to; a cycle and a review say only what a person judged."""
    check = _PROBLEMS.get(wanted.kind)
    return check(session, wanted) if check else iter(())


def _of_rule(_: Session, wanted: Fact) -> Iterator[Problem]:
    return monitoring_rules.problems_in_rule(wanted.contents)


def _of_check(_: Session, wanted: Fact) -> Iterator[Problem]:
    return monitoring_rules.problems_in_check(wanted.contents, checklist())


def _of_concern(_: Session, wanted: Fact) -> Iterator[Problem]:
    if not wanted.provider:
        yield Problem(
            "concern_about_nobody",
            "Say the contract or the provider the concern is about.",
            "provider",
        )
    yield from monitoring_rules.problems_in_concern(wanted.contents)


def _of_followed(session: Session, wanted: Fact) -> Iterator[Problem]:
    found = [one for one in record.concerns(session) if one.reference == wanted.about]
    if not found:
        yield _nothing_there("concern", wanted.about)
    for one in found:
        yield from monitoring_rules.problems_in_follow(one, wanted.contents)


def _of_standard(session: Session, wanted: Fact) -> Iterator[Problem]:
    yield from review_rules.problems_in_standard(wanted.contents)
    yield from _unknown(session, PartnerRow, "partner", wanted.contents.partner, "partner")


def _of_assessed(session: Session, wanted: Fact) -> Iterator[Problem]:
    found = record.fact(session, record.STANDARD, wanted.about)
    if found is None:
        yield _nothing_there("practice standard", wanted.about, "standard")
    else:
        yield from review_rules.problems_in_assessment(found.contents, wanted.contents)


def _of_decision(session: Session, wanted: Fact) -> Iterator[Problem]:
    found = record.review(session, wanted.about)
    if found is None:
        yield _nothing_there("review", wanted.about)
    else:
        yield from review_rules.problems_in_decision(found, wanted.contents)
    yield from _unknown(session, NeedRow, "need", wanted.contents.need, "need")


def _of_action(session: Session, wanted: Fact) -> Iterator[Problem]:
    yield from review_rules.problems_in_action(wanted.contents)
    known = record.references(session, _GIVES_RISE_TO_ACTIONS)
    for place, name in enumerate(wanted.contents.about):
        if name not in known:
            yield Problem(
                "action_arises_from_nothing",
                f"There is no review, concern, check, standard or finding “{name}”.",
                f"about[{place}]",
            )


def _of_ended(session: Session, wanted: Fact) -> Iterator[Problem]:
    found = [one for one in record.actions(session) if one.reference == wanted.about]
    if not found:
        yield _nothing_there("action", wanted.about)
    for one in found:
        yield from review_rules.problems_in_end(one, wanted.contents)


def _of_finding(session: Session, wanted: Fact) -> Iterator[Problem]:
    for place, code in enumerate(wanted.contents.services):
        yield from _unknown(session, ServiceRow, "service", code, f"services[{place}]")
    for place, code in enumerate(wanted.contents.partners):
        yield from _unknown(session, PartnerRow, "partner", code, f"partners[{place}]")


def _nothing_there(what: str, name: str, where: str = "") -> Problem:
    return Problem("monitored_thing_unknown", f"There is no {what} “{name}”.", where or what)


_MAY_START_LATER = (record.RULE, record.CYCLE)
_GIVES_RISE_TO_ACTIONS = (
    record.REVIEW,
    record.CONCERN,
    record.CHECK,
    record.STANDARD,
    record.FINDING,
)

_PROBLEMS: Mapping[str, Callable[[Session, Fact], Iterator[Problem]]] = {
    record.RULE: _of_rule,
    record.CHECK: _of_check,
    record.CONCERN: _of_concern,
    record.FOLLOWED: _of_followed,
    record.STANDARD: _of_standard,
    record.ASSESSED: _of_assessed,
    record.DECISION: _of_decision,
    record.ACTION: _of_action,
    record.ENDED: _of_ended,
    record.FINDING: _of_finding,
}
