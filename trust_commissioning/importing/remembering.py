"""Coding that a person gives to lines no rule knows: for one file, or remembered for every later one.

A remembered coding is a rule like any other, tried after those of the trust's own file. It is known by
who gave it and when, and may be taken back; what it coded stays as it was posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlmodel import Session

from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import from_text
from trust_commissioning.importing.coding import CodingRule, Condition
from trust_commissioning.importing.rules import coding_rules
from trust_commissioning.store import audit
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import AuditEventRow, CodingRuleRow, table_of

_RULE, _AUDIT = table_of(CodingRuleRow), table_of(AuditEventRow)
_BEGINS = "remembered-"
_KIND, _REMEMBER = "coding_rule", "remember"
_LAST = 900_000
"""After every rule of the trust's own file, of which the priority is 100 unless it says another."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A rule that a person gave, with who and when."""

    rule: CodingRule
    by: str
    at: datetime


def rule_for(
    suppliers: Sequence[str],
    *,
    account: str,
    service: str | None = None,
    contract: str | None = None,
    code: str = "this-file",
) -> CodingRule:
    """The rule that codes every line of some suppliers, as they are printed."""
    named = tuple(dict.fromkeys(suppliers))
    return CodingRule(
        code=code,
        priority=_LAST,
        title=f"{named[0]}{' and others' if len(named) > 1 else ''}"[:200],
        when=(Condition(column="supplier", equals=named),),
        account=account,
        service=service or None,
        contract=contract or None,
    )


def problems_in(session: Session, rule: CodingRule) -> list[Problem]:
    """What a rule names that is not there, or not to be coded to."""
    return list(_problems_in(session, rule))


def _problems_in(session: Session, rule: CodingRule) -> Iterator[Problem]:
    standing = standing_of(session)
    account = standing.chart.get(rule.account)
    if account is None:
        yield Problem("account_unknown", f"There is no account “{rule.account}”.", "account")
    elif account.closed:
        yield Problem("account_closed", f"{rule.account} is closed.", "account")
    for name, codes in (("service", standing.services), ("contract", standing.contracts)):
        code = getattr(rule, name)
        if code is not None and code not in codes:
            yield Problem(f"{name}_unknown", f"There is no {name} “{code}”.", name)


def remember(session: Session, rule: CodingRule, *, by: str, at: datetime) -> str:
    """Keep a coding for every later file; returns the rule's code.

    Raises:
        Refused: with everything that is wrong, or if they may not import files.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    if problems := problems_in(session, rule):
        raise Refused(problems)
    given = select(func.count()).where(_AUDIT.c.object_kind == _KIND, _AUDIT.c.action == _REMEMBER)
    code = f"{_BEGINS}{session.execute(given).scalar_one() + 1}"
    contents = rule.model_copy(update={"code": code}).model_dump_json(exclude_defaults=True)
    session.add(CodingRuleRow(code=code, priority=rule.priority, contents=contents))
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action=_REMEMBER,
        object_kind=_KIND,
        object_key=code,
        after={"contents": contents},
    )
    return code


def remembered(session: Session) -> tuple[Remembered, ...]:
    """What is remembered now, the latest first."""
    given = {
        row.object_key: (row.person, from_text(row.at))
        for row in session.execute(
            select(_AUDIT).where(_AUDIT.c.object_kind == _KIND, _AUDIT.c.action == _REMEMBER)
        )
    }
    kept = [
        Remembered(rule, *given[rule.code]) for rule in coding_rules(session) if rule.code in given
    ]
    return tuple(sorted(kept, key=lambda one: (one.at, one.rule.code), reverse=True))


def take_back(session: Session, code: str, *, by: str, at: datetime) -> None:
    """Forget a coding; what it coded stays as it was posted.

    Raises:
        Refused: ``coding_not_remembered``, or if they may not import files.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    row = session.get(CodingRuleRow, code) if code.startswith(_BEGINS) else None
    if row is None:
        raise Refused.because("coding_not_remembered", f"No coding “{code}” is remembered.", "code")
    audit.record(
        session,
        by=by,
        at=at,
        action="take_back",
        object_kind=_KIND,
        object_key=code,
        before={"contents": row.contents},
    )
    session.execute(delete(_RULE).where(_RULE.c.code == code))
