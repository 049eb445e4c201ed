"""Bringing a trust to what one YAML file says of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning import keeper, roles
from trust_commissioning.applying.budget_rules import apply_budget_rules
from trust_commissioning.applying.changing import Applying, Change, change_register
from trust_commissioning.applying.checking import budget_rows, known, problems_in
from trust_commissioning.applying.closing import apply_closing
from trust_commissioning.applying.contract_entries import apply_contracts
from trust_commissioning.applying.contributing import agree, contribute
from trust_commissioning.applying.document import Document, schema
from trust_commissioning.applying.grant_entries import apply_grants
from trust_commissioning.applying.reading import read, validated
from trust_commissioning.applying.risk_entries import apply_risk_shares
from trust_commissioning.applying.targeting_entries import apply_targets
from trust_commissioning.budgeting import set_budget
from trust_commissioning.clock import day_of
from trust_commissioning.posting import lock_head, promise_into
from trust_commissioning.store.journals import by_number

__all__ = ["Change", "Document", "apply", "read", "schema", "validated"]


def apply(
    session: Session,
    document: Document,
    *,
    by: str,
    at: datetime,
    today: date | None = None,
    dry_run: bool = False,
) -> list[Change]:
    """Bring the trust to what the document says; returns what that changed, in order.

    Applying it again changes nothing. Nothing is ever taken away: what the document does not
    name stays. Budgets and due contributions are posted; a budget that differs from the one held
    is posted as the difference. `today` decides which instalments are due; it is the day of `at`
    unless given. A dry run does it all and takes it back.

    Raises:
        Refused: with every problem by YAML path; nothing was changed.
    """
    if document.model_fields_set == {"kept_by"}:
        keeper.check_may_name(session, by)
    else:
        roles.check(session, by, roles.Action.CHANGE_REGISTER)
    if document.people:
        roles.check(session, by, roles.Action.MANAGE_PEOPLE)
    lock_head(session)  # two who apply at once come one after the other
    there = known(session, document)
    if problems := problems_in(document, there):
        raise Refused(problems)
    applying = Applying(session, by, at)
    today = today or day_of(at)
    with session.begin_nested() as attempt:
        changes = [
            *change_register(applying, document),
            *apply_closing(applying, document),
            *_budgets(applying, document),
            *apply_budget_rules(applying, document),
            *agree(applying, document),
            *contribute(applying, document, today),
            *apply_risk_shares(applying, document.risk_shares),
            *apply_grants(applying, document.grants, document.allocations),
            *apply_targets(applying, document),
            *apply_contracts(applying, document),
        ]
        for change in changes:
            if (change.kind, change.did) == ("year", "added"):
                opened = FinancialYear.parse(change.key)
                promise_into(session, opened, by=by, at=at, action=roles.Action.CHANGE_REGISTER)
        if dry_run:
            attempt.rollback()
    if dry_run:
        session.expire_all()
    return changes


def _budgets(applying: Applying, document: Document) -> Iterator[Change]:
    for place, entry in enumerate(document.budgets):
        rows = budget_rows(entry, f"budgets[{place}]")
        number = set_budget(
            applying.session,
            entry.fund,
            entry.year,
            rows,
            by=applying.by,
            at=applying.at,
            reason=entry.reason,
        )
        if number is not None:
            stored = by_number(applying.session, number)
            assert stored is not None
            after = {"journal": number, "narration": stored.journal.narration}
            yield Change("budget", f"{entry.fund} {entry.year}", "posted", after=after)
