"""Virement rules kept: which line may lend to which, and what one person may post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import Session

from ledger.problems import Problem, Refused
from ledger.virement import Per
from ledger.wording import day_in_full
from trust_commissioning import roles
from trust_commissioning.fields import AccountName, Amount, Asked, Code, Printable, Text
from trust_commissioning.roles import Action, Role, may
from trust_commissioning.store import audit
from trust_commissioning.store.standing import standing as standing_of
from trust_commissioning.store.tables import PersonRow, VirementRuleRow


class PlaceAsked(Asked):
    """Some lines of the budget; what is left out is any."""

    fund: Code | None = None
    account: AccountName | None = Field(default=None, description="With everything under it")
    service: Code | None = None


class RouteAsked(Asked):
    """Whether one place may lend to another."""

    giving: PlaceAsked = Field(default=PlaceAsked(), description="Where budget would come from")
    getting: PlaceAsked = Field(default=PlaceAsked(), description="Where it would go")
    allowed: bool
    because: Text = Field(default="", description="Quoted where a virement is refused for it")


class LimitAsked(Asked):
    """What a person, or who holds a role, may post: a year from one line to another, or at once."""

    fund: Code | None = Field(default=None, description="Virements of this fund; none is any")
    role: Annotated[Role, Field(strict=False)] | None = None
    person: Printable | None = None
    amount: Amount | None = Field(default=None, description="None is any amount")
    per: Annotated[Per, Field(strict=False)] = Field(
        default=Per.YEAR,
        description="year: all that moves in a financial year from one line to another; "
        "virement: each virement alone",
    )


class VirementRule(Asked):
    """A route or a delegated limit, from one day to another; given again it takes the place of the
    one of its code."""

    code: Code
    starts: date | None = None
    ends: date | None = None
    route: RouteAsked | None = None
    limit: LimitAsked | None = None


def keep_rule(session: Session, rule: VirementRule, *, by: str, at: datetime) -> str:
    """Keep a virement rule; returns ``added``, ``changed``, or nothing where it is so already.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, Action.CHANGE_REGISTER)
    if problems := list(_problems_in(session, rule)):
        raise Refused(problems)
    row = session.get(VirementRuleRow, rule.code)
    wanted = _values(rule)
    before = {} if row is None else {name: getattr(row, name) for name in wanted}
    if before == wanted:
        return ""
    session.merge(VirementRuleRow(**wanted))
    session.flush()
    did = "changed" if row is not None else "added"
    differs = {name for name in wanted if before.get(name) != wanted[name]}
    audit.record(
        session,
        by=by,
        at=at,
        action=f"virement_rule_{did}",
        object_kind="virement rule",
        object_key=rule.code,
        before={name: before[name] for name in sorted(differs)} if before else None,
        after={name: wanted[name] for name in sorted(differs)},
    )
    return did


def _values(rule: VirementRule) -> dict[str, Any]:
    route, limit = rule.route or RouteAsked(allowed=True), rule.limit or LimitAsked()
    return {
        "code": rule.code,
        "kind": "route" if rule.route is not None else "limit",
        "starts": rule.starts,
        "ends": rule.ends,
        "allowed": route.allowed,
        "because": route.because,
        "from_fund": route.giving.fund,
        "from_account": route.giving.account or "",
        "from_service": route.giving.service,
        "to_fund": route.getting.fund,
        "to_account": route.getting.account or "",
        "to_service": route.getting.service,
        "fund": limit.fund,
        "role": limit.role.value if limit.role is not None else "",
        "person": limit.person,
        "pence": limit.amount.pence if limit.amount is not None else None,
        "per": limit.per.value,
    }


def _problems_in(session: Session, rule: VirementRule) -> Iterator[Problem]:
    if (rule.route is None) == (rule.limit is None):
        yield Problem(
            "virement_rule_of_no_kind",
            "A virement rule is a route or a limit, one of them.",
            "route",
        )
    if rule.starts is not None and rule.ends is not None and rule.ends < rule.starts:
        yield Problem(
            "virement_rule_ends_before_it_starts",
            f"The rule ends on {day_in_full(rule.ends)}, before it starts on "
            f"{day_in_full(rule.starts)}.",
            "ends",
        )
    if rule.route is not None:
        yield from _problems_in_places(session, rule.route)
    if rule.limit is not None:
        yield from _problems_in_limit(session, rule.limit)


def _problems_in_places(session: Session, route: RouteAsked) -> Iterator[Problem]:
    standing = standing_of(session)
    for name, place in (("giving", route.giving), ("getting", route.getting)):
        where = f"route.{name}"
        if place.fund is not None and place.fund not in standing.funds:
            yield Problem("fund_unknown", f"There is no fund “{place.fund}”.", f"{where}.fund")
        if place.service is not None and place.service not in standing.services:
            yield Problem(
                "service_unknown", f"There is no service “{place.service}”.", f"{where}.service"
            )
        if place.account is not None and not any(
            f"{account.name}:".startswith(f"{place.account}:") for account in standing.chart
        ):
            yield Problem(
                "account_unknown",
                f"There is no account “{place.account}”, nor any under it.",
                f"{where}.account",
            )


def _problems_in_limit(session: Session, limit: LimitAsked) -> Iterator[Problem]:
    if (limit.role is None) == (limit.person is None):
        yield Problem(
            "virement_limit_of_nobody",
            "A delegated limit is a role's or a person's, one of them.",
            "limit.role",
        )
    person = session.get(PersonRow, limit.person) if limit.person is not None else None
    if limit.person is not None and person is None:
        yield Problem("person_unknown", f"There is no person “{limit.person}”.", "limit.person")
    role = person.role if person is not None else limit.role
    if role is not None and not may(role, Action.POST_JOURNAL):
        yield Problem(
            "virement_limit_of_no_poster",
            f"A {role.replace('_', ' ')} may not post journals, so a limit is of no use.",
            "limit.person" if person is not None else "limit.role",
        )
    if limit.fund is not None and limit.fund not in standing_of(session).funds:
        yield Problem("fund_unknown", f"There is no fund “{limit.fund}”.", "limit.fund")
    if limit.amount is not None and limit.amount.pence < 0:
        yield Problem(
            "virement_limit_below_nil",
            f"A limit is nil or more, not {limit.amount}.",
            "limit.amount",
        )
