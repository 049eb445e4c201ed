"""Setting a trust up: what is done and what is left, in the order it is done in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from ledger.journal import Book
from ledger.wording import counted
from trust_commissioning.roles import Role
from trust_commissioning.store import sight
from trust_commissioning.store.tables import (
    AuditEventRow,
    BalanceRow,
    FundRow,
    PartnerRow,
    PersonRow,
    PoolFactRow,
)

# Without these no month can be entered, posted by somebody else, and looked at from outside.
_NEEDED = (Role.FINANCE_OFFICER, Role.APPROVER, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do: `page` leads to where it is done, or `command` says what does it."""

    title: str
    done: bool
    says: str
    page: str = ""
    command: str = ""


def set_up(session: Session, *, published: bool) -> list[Step]:
    """Every step; `published` says whether there are books in the trust's folder."""
    apply = "trust apply FILE.yaml"
    partners = _count(session, PartnerRow)
    funds = _count(session, FundRow)
    budgets = session.exec(
        select(BalanceRow.fund).where(BalanceRow.book == Book.BUDGET.value).distinct()
    ).all()
    backups = session.exec(
        select(func.max(AuditEventRow.at)).where(AuditEventRow.action == "back_up")
    ).one()
    return [
        Step(
            title="The partners are named",
            done=partners > 0,
            says=counted(partners, "partner"),
            command=apply,
        ),
        Step(
            title="The funds are opened",
            done=funds > 0,
            says=counted(funds, "fund"),
            command=apply,
        ),
        _keeper(session),
        _agreements(session),
        _people(session),
        Step(
            title="A first budget is set",
            done=bool(budgets),
            says=f"for {counted(len(budgets), 'fund')}",
            page="budgets",
        ),
        Step(
            title="The books are published",
            done=published,
            says="as Beancount text, for the auditors" if published else "not yet",
            command="trust books publish",
        ),
        Step(
            title="A backup is taken",
            done=backups is not None,
            says=f"the last on {backups[:10]}" if backups else "not yet",
            command="trust backup FILE.zip",
        ),
    ]


def _keeper(session: Session) -> Step:
    """Before any fund has a host there is nobody to keep the books for."""
    hosts, code = sight.hosts(session), sight.keeper(session)
    partner = session.get(PartnerRow, code) if code is not None else None
    if partner is not None:
        says = partner.name
    elif hosts:
        says = f"{counted(len(hosts), 'partner hosts', 'partners host')} funds, and none is named"
    else:
        says = "no fund has a host yet"
    return Step(
        title="One partner keeps the books",
        done=code is not None or not hosts,
        says=says,
        page="set-up",
    )


def _agreements(session: Session) -> Step:
    pooled = set(session.exec(select(FundRow.code).where(FundRow.kind == "pooled")))
    agreed = set(session.exec(select(PoolFactRow.fund).where(PoolFactRow.kind == "agreement")))
    missing = sorted(pooled - agreed)
    return Step(
        title="Each pooled fund has its agreement",
        done=not missing,
        says=f"missing: {', '.join(missing)}" if missing else counted(len(pooled), "pooled fund"),
        page="pooled-funds",
    )


def _people(session: Session) -> Step:
    found = session.exec(
        select(PersonRow.role, func.count())
        .where(col(PersonRow.active))
        .group_by(PersonRow.role)
        .order_by(PersonRow.role)
    ).all()
    held: dict[str, int] = dict(found)
    missing = [role.title.lower() for role in _NEEDED if role.value not in held]
    said = ", ".join(counted(count, Role(role).title.lower()) for role, count in held.items())
    return Step(
        title="There are people for each part",
        done=not missing,
        says=said + (f"; nobody is {' or '.join(missing)}" if missing else ""),
        page="people",
    )


def _count(session: Session, table: type[PartnerRow] | type[FundRow]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()
