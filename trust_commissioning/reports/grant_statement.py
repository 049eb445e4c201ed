"""Grant statement: for each allocation what it gives, what came, what it was spent on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import Session

from ledger.chart import GRANT_CREDITORS, GRANT_DEBTORS, GRANTS_IN_ADVANCE
from ledger.grant.life import Life, Movement, Step, told
from ledger.grant.life import begin as begin_life
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from ledger.wording import day_in_full
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.grant_quarters import quarters_part
from trust_commissioning.reports.grants import GrantInYear, grants_in
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import grants as record
from trust_commissioning.store.standing import titles

_SUMMED = (
    "announced",
    "revised",
    "carried_in",
    "carried_out",
    "clawed_back",
    "available",
    "paid",
    "recognised",
    "in_advance",
    "debtors",
    "creditors",
    "spent",
    "unspent",
)


def grant_statement(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each allocation with money in the year, as known at the end of the last period."""
    grants = grants_in(session, scope)
    names = titles(session)["partner"]
    rows = [row for grant in grants for row in _rows(grant, names)]
    return make(
        session,
        scope,
        at,
        name="grant-statement",
        title="Grant statement",
        basis=(
            "Grants with money in the year, by events up to the last day of the period shown. "
            "Announced and paid are both kept. A grant is recognised once nothing that could stop "
            "it is left open; cash before that is held in advance. Spent is what the grant may pay "
            "for, set against the oldest allocation first; in a fund that holds other money too, no "
            "more than the grant gives. Core figures and figures with money "
            "transferred in are kept apart; only core figures are money here."
        ),
        sign=(
            "All amounts are above nil; a revision below nil is a cut. Available is announced, "
            "revised and carried in, less carried out and clawed back."
        ),
        columns=_COLUMNS,
        rows=rows,
        totals={
            key: Money.total(cell for row in rows if isinstance(cell := row[key], Money))
            for key in _SUMMED
        },
        notes=list(_notes(grants)),
        parts=[
            _life_part(session, grants, scope),
            _books_part(session, grants, scope),
            *filter(None, [quarters_part(grants, scope)]),
        ],
    )


def _rows(grant: GrantInYear, names: dict[str, str]) -> Iterator[dict[str, Cell]]:
    parts = grant.parted(grant.own(grant.claim.charged))
    for life, spent in zip(grant.lives, parts, strict=True):
        one, year = life.allocation, life.years[grant.year]
        yield {
            "allocation": one.reference,
            "grant": grant.programme.title,
            "code": grant.programme.code,
            "fund": grant.fund,
            "authority": names.get(one.authority, one.authority),
            "core": one.core,
            "with_transfers": "" if one.with_transfers is None else one.with_transfers,
            "announced": year.announced,
            "revised": year.revised,
            "carried_in": year.carried_in,
            "carried_out": year.carried_out,
            "clawed_back": year.clawed_back,
            "available": year.available,
            "paid": life.books.cash,
            "recognised": year.recognised,
            "in_advance": life.books.in_advance,
            "debtors": life.books.debtors,
            "creditors": life.books.creditors,
            "spent": spent,
            "unspent": max(NIL, year.available - spent),
            "standing": _standing(life),
            "ring_fence": "Ring-fenced" if grant.ring_fenced else "Not ring-fenced",
        }


def _standing(life: Life) -> str:
    if life.waits_for:
        return "Waits for " + " and ".join(_WAITS[gate.value] for gate in life.waits_for)
    return "Recognised"


_WAITS = {
    "plan_assessed": "its plan to be assessed",
    "parliament_approved": "Parliament's approval",
}


def _notes(grants: Iterable[GrantInYear]) -> Iterator[str]:
    for grant in grants:
        if grant.ring_fenced and grant.claim.not_eligible:
            yield (
                f"{grant.claim.not_eligible} was charged to fund {grant.fund} that "
                f"{grant.programme.title} may not pay for; see the grant claim."
            )


def _life_part(session: Session, grants: Iterable[GrantInYear], scope: Scope) -> Part:
    rows: list[dict[str, Cell]] = []
    for grant in grants:
        for life in grant.lives:
            one, reference = life.allocation, life.allocation.reference
            for stored in record.events(session, reference):
                event = stored.event
                if event.day > scope.period.ends:
                    continue
                rows.append(
                    {
                        "allocation": reference,
                        "day": day_in_full(event.day),
                        "event": event.step.title + (", by quarter" if event.quarters else ""),
                        "of_year": str(event.year) if event.year else "",
                        "amount": event.amount
                        or (one.core if event.step is Step.ANNOUNCED else ""),
                        "mark": event.mark,
                        "document": str(stored.said.get("document") or event.reference),
                        "journal": ", ".join(filter(None, (stored.journal, stored.followed_by))),
                    }
                )
    return Part(
        key="life",
        title="What happened, in order",
        words=("An assessment decides whether a grant is paid; its mark changes no amount.",),
        columns=_LIFE,
        rows=tuple(rows),
    )


def _books_part(session: Session, grants: Iterable[GrantInYear], scope: Scope) -> Part:
    """What events did in the year beside what the books hold, by fund and account."""
    wanted: dict[tuple[str, str], Money] = {}
    for grant in grants:
        for life in grant.lives:
            for name, account in _accounts(life):
                key = (grant.fund, account)
                moved = getattr(_moved_in(life, scope), name)
                wanted[key] = wanted.get(key, NIL) + moved
    in_books = {
        (fund, account): amount
        for (fund, account), amount in sums(session, scope, "fund", "account", book=Book.ACTUAL)
        if (fund, account) in wanted
    }
    names = titles(session)["account"]
    rows: list[dict[str, Cell]] = []
    for (fund, account), by_events in sorted(wanted.items()):
        opposite = account != GRANT_DEBTORS
        held = in_books.get((fund, account), NIL)
        moved = -held if opposite else held
        rows.append(
            {
                "fund": fund,
                "account": account,
                "title": names.get(account, account),
                "opposite": "yes" if opposite else "",
                "by_events": by_events,
                "in_books": moved,
                "difference": moved - by_events,
            }
        )
    return Part(
        key="books",
        title="Tied to the books",
        words=(
            "What the events above did in the year, beside what moved on these accounts.",
            "A difference was entered by another way, or in a later period than its day.",
        ),
        columns=_BOOKS,
        rows=tuple(rows),
    )


def _accounts(life: Life) -> tuple[tuple[str, str], ...]:
    return (
        ("income", life.allocation.income),
        ("in_advance", GRANTS_IN_ADVANCE),
        ("debtors", GRANT_DEBTORS),
        ("creditors", GRANT_CREDITORS),
    )


def _moved_in(life: Life, scope: Scope) -> Movement:
    """What the events of the scope's year did."""
    whole = Movement()
    for event, moved in told(begin_life(life.allocation, life.gates), life.taken):
        if FinancialYear.containing(event.day) == scope.year:
            whole += moved
    return whole


_COLUMNS = (
    Column(key="allocation", title="Allocation"),
    Column(key="grant", title="Grant"),
    Column(key="authority", title="To"),
    Column(key="core", title="Core allocation", kind="money"),
    Column(key="with_transfers", title="With transfers", kind="money"),
    Column(key="announced", title="Announced for the year", kind="money"),
    Column(key="revised", title="Revised by", kind="money"),
    Column(key="carried_in", title="Carried in", kind="money"),
    Column(key="carried_out", title="Carried out", kind="money"),
    Column(key="clawed_back", title="Clawed back", kind="money"),
    Column(key="available", title="Available", kind="money"),
    Column(key="paid", title="Paid to date", kind="money"),
    Column(key="recognised", title="Recognised", kind="money"),
    Column(key="in_advance", title="Held in advance", kind="money"),
    Column(key="debtors", title="Still to be paid", kind="money"),
    Column(key="creditors", title="To be paid back", kind="money"),
    Column(key="spent", title="Spent on it", kind="money"),
    Column(key="unspent", title="Not spent", kind="money"),
    Column(key="standing", title="Standing"),
    Column(key="ring_fence", title="Ring-fence"),
)
_LIFE = (
    Column(key="day", title="Day"),
    Column(key="allocation", title="Allocation"),
    Column(key="event", title="Event"),
    Column(key="of_year", title="For"),
    Column(key="amount", title="Amount", kind="money"),
    Column(key="mark", title="Mark"),
    Column(key="document", title="Document"),
    Column(key="journal", title="Journal"),
)
_BOOKS = (
    Column(key="fund", title="Fund"),
    Column(key="title", title="Account"),
    Column(key="by_events", title="By events", kind="money"),
    Column(
        key="in_books",
        title="In the books",
        kind="money",
        leads_to=Lead(account="{account}", opposite="{opposite}"),
    ),
    Column(key="difference", title="Difference", kind="money"),
)
