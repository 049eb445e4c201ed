"""The tables that the papers on one fund are made of: its agreement, its partners, what happened.

SI 2000/617 asks that a pooled fund's manager submit quarterly reports and an annual return of income
and expenditure (regulation 7; regulation 9 for lead commissioning, with payments for contributions).
Both papers are these tables in their own order, beside the account of `fund_account`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.chart import UNALLOCATED
from ledger.grant.allocation import Allocation
from ledger.journal import Book
from ledger.money import Money
from ledger.pool.agreement import AccountingRole
from ledger.pool.completeness import contents_of, gaps_in, regulation_of
from ledger.wording import day_in_full
from trust_commissioning.reports import shape
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.budget import budget
from trust_commissioning.reports.contributions import contributions as contributions_report
from trust_commissioning.reports.disputes_part import disputes_part
from trust_commissioning.reports.fund_account import About, money
from trust_commissioning.reports.grant_statement import grant_statement
from trust_commissioning.reports.lines import totals_of
from trust_commissioning.reports.risk_position import RiskPosition, risk_position
from trust_commissioning.reports.risk_share import risk_share
from trust_commissioning.reports.shape import Column, Part, Report
from trust_commissioning.store import grants as grants_kept
from trust_commissioning.store.pool import contributions, disputes
from trust_commissioning.store.standing import open_periods


def facts_part(of: About) -> Part:
    """The fund and its agreement, as they stand on the last day."""
    return Part(
        key="facts",
        title="The fund and its agreement",
        columns=(Column(key="fact", title="Fact"), Column(key="said", title="As it stands")),
        rows=tuple({"fact": fact, "said": said} for fact, said in _facts(of) if said),
    )


def _facts(of: About) -> Iterator[tuple[str, str]]:
    fund, agreed = of.fund, of.agreement
    yield "Fund", f"{fund.title} ({fund.kind.title.lower()})"
    yield "Held under", fund.legal_basis.title
    host = agreed.host if agreed and agreed.host else fund.host
    yield "Host partner, responsible for accounts and audit", of.partner(host or "")
    manager = agreed.pool_manager if agreed else ""
    yield "Pool manager", manager or fund.pool_manager
    if agreed is None:
        return
    signed = f", signed {day_in_full(agreed.signed)}" if agreed.signed else ", not signed"
    yield "Agreement", f"{agreed.title} ({agreed.reference}){signed}"
    ends = f" to {day_in_full(agreed.ends)}" if agreed.ends else ", with no fixed end"
    yield "Runs", f"from {day_in_full(agreed.starts)}{ends}"
    yield "Next review", day_in_full(agreed.review_day) if agreed.review_day else ""
    for party in agreed.parties:
        role = agreed.role_of(party.partner)
        yield (
            f"{party.role.title}: {of.partner(party.partner)}",
            f"accounts for it as {_ROLES[role]}" if role else "accounting role not decided",
        )
    contributors = {one.partner for one in contributions(of.session, fund.code, of.scope.year)}
    unsaid = [one.words for one in contents_of(agreed, contributors) if not one.stated]
    regulation = regulation_of(agreed)
    if regulation:
        said = f"does not state {', '.join(unsaid)}" if unsaid else "states each of them"
        yield f"Contents by regulation {regulation}(3), SI 2000/617", said


def contributions_part(of: About) -> Part:
    """What each partner puts in: agreed for the year, due by now, still owed, disputed."""
    report = contributions_report(of.session, of.scope, of.at)
    rows = [{**row, "total": money(row, "in_cash") + money(row, "in_kind")} for row in report.rows]
    titles = {column.key: column for column in report.columns}
    columns = (
        titles["partner"],
        titles["partner_title"],
        titles["due"],
        titles["in_cash"],
        titles["in_kind"],
        Column(key="total", title="In all", kind="money"),
        titles["outstanding"],
        titles["disputed"],
    )
    return Part(
        key="contributions",
        title="Contributions by partner",
        words=(
            "Due is the year's instalments in cash. In cash and in kind are what the books hold.",
        ),
        columns=columns,
        rows=tuple(rows),
        totals=totals_of(rows, [one.key for one in columns if one.kind == "money"]),
    )


def risk_parts(of: About) -> tuple[list[Part], list[str]]:
    """How the risk share would meet the variance, and what must be known of it."""
    report = risk_share(of.session, of.scope, of.at)
    if not report.rows:
        part = Part(key="risk", title="Risk share", words=tuple(report.notes) or (_NO_RULE,))
        return [part], []
    wanted = ("title", "revised", "share", "in_cash", "effect")
    shared = _position(of).shared()
    why = shared.reasons if shared is not None else ()
    part = _chosen(report, "risk", "Risk share of the variance", wanted, why)
    reopened = set(shape.reopened(of.session, of.scope.year))
    return [part], [note for note in report.notes if note not in reopened]


def grants_part(of: About) -> Part:
    """The grants this fund keeps, and where each stands."""
    report = grant_statement(of.session, of.scope, of.at)
    wanted = ("grant", "available", "paid", "recognised", "unspent", "standing")
    words = ("Cash that came before a grant's conditions are met is held in advance.",)
    if not report.rows:
        return Part(key="grants", title="Grants", words=("No grant is kept in this fund.",))
    return _chosen(report, "grants", "Grants", wanted, words)


def virements_part(of: About) -> Part:
    """What moved the budget since it was first set."""
    (moved,) = budget(of.session, of.scope, of.at).parts
    wanted = ("number", "day", "kind", "title", "amount", "reason")
    columns = tuple(column for column in moved.columns if column.key in wanted)
    return moved.model_copy(update={"columns": columns, "totals": {}, "key": "virements"})


def disputed_part(of: About) -> Part:
    """What partners deny to owe, with what happened since."""
    found = disputes_part(of.session, of.scope)
    if not found:
        return Part(key="disputes", title="Disputes", words=("No contribution is in dispute.",))
    unwanted = {"fund_title", "dispute"}
    columns = tuple(one for one in found[0].columns if one.key not in unwanted)
    return found[0].model_copy(update={"columns": columns})


def happenings_part(of: About, since: date) -> Part:
    """What happened to the fund from a day on, each with its day."""
    found = sorted(one for one in _happened(of) if since <= one[0] <= of.last_day)
    rows = tuple({"day": day_in_full(day), "what": what} for day, what in found)
    if not rows:
        words = ("Nothing happened to the agreement, its contributions or its grants.",)
        return Part(key="happened", title="What happened", words=words)
    columns = (Column(key="day", title="Day"), Column(key="what", title="What"))
    return Part(key="happened", title="What happened", columns=columns, rows=rows)


def _happened(of: About) -> Iterator[tuple[date, str]]:
    agreed = of.agreement
    if agreed is not None:
        yield agreed.starts, f"The agreement {agreed.reference} began."
        for variation in agreed.variations:
            yield variation.starts, f"Variation {variation.reference}: {variation.reason}"
        for host in agreed.hosts[1:]:
            yield host.starts, f"{of.partner(host.holder)} became host partner: {host.reason}"
        for manager in agreed.managers[1:]:
            yield manager.starts, f"{manager.holder} became pool manager: {manager.reason}"
        for direction in agreed.directions:
            yield direction.starts, f"Direction {direction.reference}: {direction.words}"
        if agreed.termination:
            ended = agreed.termination
            yield ended.notice_day, f"Notice to end the agreement was given: {ended.reason}"
    for one in disputes(of.session, of.scope.fund):
        where = f"{of.partner(one.partner)}, {one.amount}"
        yield one.day, f"Dispute raised: {where}. {one.reason}"
        if (end := one.ended_on()) is not None:
            yield end.day, f"Dispute {end.kind.title.lower()}: {where}. {end.words}"
    yield from _grants_happened(of)


def _grants_happened(of: About) -> Iterator[tuple[date, str]]:
    """What happened to the fund's grants, each event with the year it is of."""
    names = grants_kept.programmes(of.session)
    for reference, allocation in grants_kept.allocations(of.session).items():
        if allocation.fund == of.scope.fund:
            for stored in grants_kept.events(of.session, reference):
                event = stored.event
                said = f": {event.amount}" if event.amount else ""
                if event.quarters:
                    said += f", by quarter {', '.join(map(str, event.quarters))}"
                grant = f"{names[allocation.grant].title} for {event.year or _years(allocation)}"
                yield event.day, f"{grant}, {event.step.words}{said}."


def _years(allocation: Allocation) -> str:
    """``2003-04``, or ``2003-04 and 2004-05``, or ``2003-04 to 2005-06``: what it gives for."""
    first, last = allocation.first_year, allocation.years[-1].year
    if first == last:
        return str(first)
    return f"{first} {'and' if first.next == last else 'to'} {last}"


def decisions_part(of: About) -> Part:
    """What the partners are asked to decide: what the rules, the record and the law leave open."""
    asked = list(_actions(of))
    asked += [
        f"The dispute of {of.partner(one.partner)} over {one.amount}, raised on "
        f"{day_in_full(one.day)}, is to be ended."
        for one in disputes(of.session, of.scope.fund)
        if one.stands_on(of.last_day)
    ]
    if of.agreement is None:
        asked.append("An agreement for this fund is to be put in writing and recorded.")
    else:
        contributors = {one.partner for one in contributions(of.session, of.scope.fund)}
        asked += [gap.message for gap in gaps_in(of.agreement, contributors)]
    words = tuple(asked) or ("No decision is asked.",)
    return Part(key="decisions", title="Decisions asked", words=words)


def _actions(of: About) -> Iterator[str]:
    """What the risk rule says must be done before anything is shared."""
    shared = _position(of).shared()
    if shared is not None:
        for one in shared.actions:
            yield f"{abs(one.amount)} of the variance is not shared: {one.words}"


def _position(of: About) -> RiskPosition:
    assert of.scope.fund is not None
    return risk_position(of.session, of.scope.fund, of.scope.year, of.scope.to)


def standing_notes(of: About) -> Iterator[str]:
    """What of these figures may still change, and what is not coded yet."""
    still_open = [
        one.title
        for one in open_periods(of.session)
        if one.year == of.scope.year and one.number <= of.scope.to
    ]
    if still_open:
        last = still_open[-1]
        said = f"{still_open[0]} to {last} are" if len(still_open) > 1 else f"{last} is"
        yield f"{said} still open, so these figures may change."
    uncoded = Money.total(
        amount
        for _, amount in sums(of.session, of.scope, "fund", account=UNALLOCATED, book=Book.ACTUAL)
    )
    if uncoded:
        yield f"{uncoded} of expenditure is not yet coded to an account."


def signatures_part(of: About, *more: tuple[str, str, str]) -> Part:
    """Where the pool manager and the host's finance officer sign, and who else must."""
    host = of.agreement.host if of.agreement and of.agreement.host else of.fund.host or ""
    manager = of.agreement.pool_manager if of.agreement else ""
    lines = (
        ("Pool manager", manager or of.fund.pool_manager, "Submitted to the partners"),
        ("Finance officer of the host", of.partner(host), "In agreement with the host's books"),
        *more,
    )
    return Part(
        key="signatures",
        title="Signatures",
        columns=SIGNED,
        rows=tuple({"as": role, "name": name, "for": what} for role, name, what in lines),
    )


def _chosen(
    report: Report, key: str, title: str, wanted: Iterable[str], words: Iterable[str]
) -> Part:
    """A report's own table as a part, with the columns a narrow page has room for."""
    kept = set(wanted)
    columns = tuple(
        column
        for column in report.columns
        if column.key in kept or (column.kind == "code" and column.key != "fund")
    )
    totals = {name: cell for name, cell in report.totals.items() if name in kept}
    return Part(
        key=key,
        title=title,
        words=tuple(words),
        columns=columns,
        rows=report.rows,
        totals=totals,
    )


_ROLES = {
    AccountingRole.PRINCIPAL: "principal",
    AccountingRole.AGENT: "agent",
    AccountingRole.JOINT: "a joint operation",
}
_NO_RULE = "No risk share is in force."
SIGNED = (
    Column(key="as", title="Signed as"),
    Column(key="name", title="Name"),
    Column(key="for", title="What is signed"),
    Column(key="signature", title="Signature", kind="blank"),
    Column(key="day", title="Date", kind="blank"),
)
