"""Programmes: a grant taken on, as shipped or as its payer's letter says."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from ledger.grant import programme as programme_rules
from ledger.grant.conditions import Condition, Purpose
from ledger.grant.programme import Programme
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.grants import allocations, programme_of, programme_values
from trust_commissioning.store.tables import AccountRow, GrantProgrammeRow, ServiceRow


def with_services(programme: Programme, services: Mapping[str, Sequence[str]]) -> Programme:
    """A shipped programme with the trust's own services by purpose.

    Raises:
        Refused: ``purpose_unknown``.
    """
    known = {purpose.code for purpose in programme.purposes}
    if strange := sorted(set(services) - known):
        raise Refused(
            [
                Problem(
                    "purpose_unknown",
                    f"There is no purpose “{code}” in this grant.",
                    f"services.{code}",
                )
                for code in strange
            ]
        )
    return replace(
        programme,
        purposes=tuple(
            replace(one, services=tuple(services.get(one.code, one.services)))
            for one in programme.purposes
        ),
    )


def keep_programme(session: Session, programme: Programme, *, by: str, at: datetime) -> str:
    """Take a grant on, or bring it to what its payer says now; returns added, changed, unchanged.

    A programme is a standing fact: what was posted under earlier conditions stays as it is. What
    an allocation waits for and where it is earned are read with its whole life, so these no longer
    change once there is an allocation.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_GRANTS)
    lock_head(session)
    row = session.get(GrantProgrammeRow, programme.code)
    before = None if row is None else programme_of(row)
    problems = [*programme_rules.problems_in(programme), *_check_names(session, programme)]
    if before is not None:
        problems += _check_lives(session, before, programme)
    if problems:
        raise Refused(problems)
    if before == programme:
        return "unchanged"
    values = programme_values(programme)
    shown_before = None if row is None else {name: getattr(row, name) for name in values}
    if row is None:
        session.add(GrantProgrammeRow(**values))
    else:
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)
    session.flush()
    did = "added" if row is None else "changed"
    audit.record(
        session,
        by=by,
        at=at,
        action=f"grant_{did}",
        object_kind="grant",
        object_key=programme.code,
        before=_differing(shown_before, values),
        after=_differing(values, shown_before or {}),
    )
    return did


def _check_lives(session: Session, before: Programme, now: Programme) -> Iterator[Problem]:
    given = [one.reference for one in allocations(session).values() if one.grant == now.code]
    if not given:
        return
    for field in ("needs_plan", "needs_parliament", "income"):
        if getattr(before, field) != getattr(now, field):
            yield Problem(
                "grant_has_allocations",
                f"{now.code} has allocations ({', '.join(given)}); what they wait for and the "
                "account they are earned in stay as they were when they were announced.",
                field,
            )


def _differing(
    values: Mapping[str, object] | None, others: Mapping[str, object]
) -> dict[str, object] | None:
    if values is None:
        return None
    return {name: value for name, value in values.items() if others.get(name) != value}


def _check_names(session: Session, programme: Programme) -> Iterator[Problem]:
    accounts = frozenset(session.exec(select(AccountRow.name)))
    services = frozenset(session.exec(select(ServiceRow.code)))
    if programme.income not in accounts:
        yield Problem("account_unknown", f"There is no account “{programme.income}”.", "income")
    tops = accounts | {_top(name) for name in accounts}
    coded: list[tuple[str, Purpose | Condition]] = [
        *((f"purposes[{place}]", one) for place, one in enumerate(programme.purposes)),
        *((f"conditions[{place}]", one) for place, one in enumerate(programme.conditions)),
    ]
    for where, one in coded:
        yield from _unknown("service", one.services, services, f"{where}.services")
        yield from _unknown("account", one.accounts, tops, f"{where}.accounts")


def _top(account: str) -> str:
    return account.rsplit(":", 1)[0]


def _unknown(
    kind: str, codes: Iterable[str], known: Container[str], where: str
) -> Iterator[Problem]:
    for turn, code in enumerate(codes):
        if code not in known:
            yield Problem(f"{kind}_unknown", f"There is no {kind} “{code}”.", f"{where}[{turn}]")
