"""Agreements: what stands behind each fund, what it lacks in law, what happens next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.pool.agreement import Agreement
from ledger.pool.coming import Coming, coming
from ledger.pool.completeness import contents_of, gaps_in
from ledger.pool.contributions import Contribution
from ledger.wording import day_in_full
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store.pool import agreement_of, connexions_plans, contributions, offices
from trust_commissioning.store.standing import funds, titles

VAT_COST = "Expenses:VatIrrecoverable"
_Names = Mapping[str, Mapping[str, str]]


def agreements(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each fund with an agreement on the last day of the period shown."""
    day = scope.period.ends
    found = [
        under
        for code in funds(session)
        if scope.fund in (None, code) and (under := agreement_of(session, code, day)) is not None
    ]
    names = titles(session)
    schedule = contributions(session, scope.fund, scope.year, to=scope.period)
    ahead = contributions(session, scope.fund, scope.year.next, to=scope.period)
    rows: list[dict[str, Cell]] = []
    for under in found:
        own = [one for one in schedule if one.fund == under.fund]
        contents = contents_of(under, {one.partner for one in own})
        next_ = coming(
            under, [*own, *(one for one in ahead if one.fund == under.fund)], day, names["partner"]
        )
        rows.append(
            {
                "fund": under.fund,
                "fund_title": names["fund"].get(under.fund, under.fund),
                "agreement": under.title,
                "kind": under.kind.title,
                "legal_basis": under.basis.title,
                "host": names["partner"].get(under.host, "") or "No host",
                "pool_manager": under.pool_manager or "Nobody",
                "runs": _runs(under, day),
                "stated": f"{sum(one.stated for one in contents)} of {len(contents)}",
                "next": _words(next_[0]) if next_ else "Nothing is due",
            }
        )
    return make(
        session,
        scope,
        at,
        name="agreements",
        title="Agreements",
        basis=(
            f"Each agreement as it stood on {day_in_full(day)}, with every variation, appointment "
            "and direction by then. Contents are the seven that SI 2000/617 asks an agreement to "
            "state: regulation 7(3) for a pooled fund, 8(3) or 9(3) where functions are "
            "delegated; for other funds the list is good practice. An agreement that lacks one "
            "is kept, and the lack is said here."
        ),
        sign="Amounts are what was agreed or spent, above nil.",
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            *(part for under in found for part in _of_one(session, scope, under, schedule, names)),
            *_offices(session, day),
            *_connexions(session),
        ],
    )


def _of_one(
    session: Session,
    scope: Scope,
    under: Agreement,
    schedule: tuple[Contribution, ...],
    names: _Names,
) -> Iterator[Part]:
    own = [one for one in schedule if one.fund == under.fund]
    ahead = contributions(session, under.fund, scope.year.next, to=scope.period)
    yield _completeness(under, own)
    steps = coming(under, [*own, *ahead], scope.period.ends, names["partner"])
    yield _next(under, steps)
    yield _parties(under, names)
    yield from _history(under, names)
    yield from _limits(under)
    yield from _vat(session, scope, under, names)


def _runs(under: Agreement, day: date) -> str:
    if under.wound_up is not None:
        return f"Wound up on {day_in_full(under.wound_up.day)}"
    if under.ends is None:
        return f"From {day_in_full(under.starts)}, no end agreed"
    ended = "Ended on" if under.ends < day else f"From {day_in_full(under.starts)} to"
    return f"{ended} {day_in_full(under.ends)}"


def _words(one: Coming) -> str:
    return f"{day_in_full(one.day)}: {one.what}"


def _completeness(under: Agreement, own: list[Contribution]) -> Part:
    contributors = {one.partner for one in own}
    rows: list[dict[str, Cell]] = [
        {
            "letter": f"({one.letter})",
            "content": one.words.capitalize(),
            "stated": "Stated" if one.stated else "Missing",
            "missing": " ".join(gap.message for gap in one.gaps),
        }
        for one in contents_of(under, contributors)
    ]
    rows += [
        {
            "letter": "",
            "content": "Consent and signing",
            "stated": "Missing",
            "missing": gap.message,
        }
        for gap in gaps_in(under, contributors)
        if gap.content in ("consent", "signed")
    ]
    return Part(
        key=f"contents-{under.fund}",
        title=f"{under.title}: what it must state",
        columns=(
            Column(key="letter", title="Content"),
            Column(key="content", title="What it is"),
            Column(key="stated", title="Stated?"),
            Column(key="missing", title="What is missing"),
        ),
        rows=tuple(rows),
    )


def _next(under: Agreement, steps: tuple[Coming, ...]) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "day": day_in_full(one.day),
            "what": one.what,
            "late": "Late" if one.late else "",
        }
        for one in steps
    ]
    return Part(
        key=f"next-{under.fund}",
        title=f"{under.title}: what happens next",
        columns=(
            Column(key="day", title="Day"),
            Column(key="what", title="What"),
            Column(key="late", title="Late?"),
        ),
        rows=tuple(rows),
    )


def _parties(under: Agreement, names: _Names) -> Part:
    rows: list[dict[str, Cell]] = []
    for party in under.parties:
        role = under.role_of(party.partner)
        rows.append(
            {
                "partner": party.partner,
                "partner_title": names["partner"].get(party.partner, party.partner),
                "body": party.body.title,
                "role": "Host" if party.partner == under.host else party.role.title,
                "accounting": role.value.capitalize() if role else "Not decided",
                "heading": role.heading if role else "",
            }
        )
    return Part(
        key=f"parties-{under.fund}",
        title=f"{under.title}: parties",
        columns=(
            Column(key="partner", title="Code", kind="code"),
            Column(key="partner_title", title="Partner"),
            Column(key="body", title="What it is"),
            Column(key="role", title="Role"),
            Column(key="accounting", title="Accounts for it as"),
            Column(key="heading", title="Its statement"),
        ),
        rows=tuple(rows),
    )


def _history(under: Agreement, names: _Names) -> list[Part]:
    """What changed since signing: variations, hosts, managers, directions, notice."""
    events: list[tuple[date, str, str]] = [
        (one.starts, f"Variation {one.reference}", one.reason) for one in under.variations
    ]
    events += [
        (one.starts, "Direction (Every Child Matters, 5.46)", one.words) for one in under.directions
    ]
    for words, appointed in (("Host", under.hosts), ("Pool manager", under.managers)):
        events += [
            (
                one.starts,
                f"{words}: {names['partner'].get(one.holder, one.holder)}",
                one.reason,
            )
            for one in appointed
        ]
    if under.termination is not None:
        who = names["partner"].get(under.termination.by_partner, under.termination.by_partner)
        ends = day_in_full(under.termination.ends)
        events.append(
            (
                under.termination.notice_day,
                f"Notice by {who}: ends on {ends}",
                under.termination.reason,
            )
        )
    if under.wound_up is not None:
        events.append((under.wound_up.day, "Wound up", under.wound_up.words))
    if not events:
        return []
    return [
        Part(
            key=f"history-{under.fund}",
            title=f"{under.title}: what was agreed and appointed since",
            columns=(
                Column(key="day", title="From"),
                Column(key="what", title="What"),
                Column(key="reason", title="Because"),
            ),
            rows=tuple(
                {"day": day_in_full(day), "what": what, "reason": reason}
                for day, what, reason in sorted(events)
            ),
        )
    ]


def _limits(under: Agreement) -> list[Part]:
    if not under.limits:
        return []
    return [
        Part(
            key=f"limits-{under.fund}",
            title=f"{under.title}: who decides what",
            columns=(
                Column(key="who", title="Who"),
                Column(key="decision", title="Decides alone"),
                Column(key="amount", title="Up to", kind="money"),
            ),
            rows=tuple(
                {"who": one.who, "decision": one.decision, "amount": one.amount}
                for one in under.limits
            ),
        )
    ]


def _vat(session: Session, scope: Scope, under: Agreement, names: _Names) -> list[Part]:
    """Who delivers each service, with the VAT the fund bore in the year because of it."""
    cost = {
        service: amount
        for (fund, service), amount in sums(
            session, scope, "fund", "service", account=VAT_COST, book=Book.ACTUAL
        )
        if fund == under.fund
    }
    delivered = {one.service: one for one in under.deliveries}
    rows: list[dict[str, Cell]] = [
        {
            "fund": under.fund,
            "service": service,
            "service_title": names["service"].get(service, service) or "No service",
            "by": names["partner"].get(one.partner, one.partner) if one else "Not agreed",
            "regime": _regime(one.regime.title, one.contracted_out) if one else "",
            "irrecoverable": cost.get(service, NIL),
        }
        for service in sorted({*delivered, *cost})
        for one in [delivered.get(service)]
    ]
    if not rows:
        return []
    return [
        Part(
            key=f"vat-{under.fund}",
            title=f"{under.title}: VAT by who delivers",
            words=(
                (
                    "VAT follows the body that delivers the service; what it cannot recover is a cost "
                    "of the fund."
                ),
            ),
            columns=(
                Column(key="service", title="Code", kind="code"),
                Column(key="service_title", title="Service"),
                Column(key="by", title="Delivered by"),
                Column(key="regime", title="VAT"),
                Column(
                    key="irrecoverable",
                    title="VAT not recovered this year",
                    kind="money",
                    leads_to=Lead(account=VAT_COST, service="{service}"),
                ),
            ),
            rows=tuple(rows),
            totals={
                "irrecoverable": Money.total(
                    c for row in rows if isinstance(c := row["irrecoverable"], Money)
                )
            },
        )
    ]


def _regime(title: str, contracted_out: bool) -> str:
    return f"{title} (contracted out)" if contracted_out else title


def _offices(session: Session, day: date) -> list[Part]:
    rows: list[dict[str, Cell]] = [
        {
            "office": one.office.title,
            "name": one.name or "Vacant",
            "from": day_in_full(one.starts),
            "reason": one.reason,
        }
        for one in offices(session)
        if one.starts <= day
    ]
    if not rows:
        return []
    return [
        Part(
            key="offices",
            title="Who answers for children’s services",
            words=("Every Child Matters, 5.8 to 5.11.",),
            columns=(
                Column(key="office", title="Office"),
                Column(key="name", title="Name"),
                Column(key="from", title="From"),
                Column(key="reason", title="Because"),
            ),
            rows=tuple(rows),
        )
    ]


def _connexions(session: Session) -> list[Part]:
    plans = connexions_plans(session)
    if not plans:
        return []
    rows: list[dict[str, Cell]] = [
        {
            "area": one.area,
            "year": str(one.year),
            "resource": one.resource,
            "signed_off": (
                f"{day_in_full(one.signed_off)}, {one.signed_off_by}"
                if one.signed_off
                else "Not signed off"
            ),
        }
        for one in plans
    ]
    return [
        Part(
            key="connexions",
            title="Connexions resource by area",
            words=(
                (
                    "The partnership identifies the resource of each area; the trust signs the plan "
                    "off before Ministers agree it (Every Child Matters, 5.21)."
                ),
            ),
            columns=(
                Column(key="area", title="Area"),
                Column(key="year", title="Year"),
                Column(key="resource", title="Resource", kind="money"),
                Column(key="signed_off", title="Plan signed off"),
            ),
            rows=tuple(rows),
        )
    ]


_COLUMNS = (
    Column(key="fund", title="Code", kind="code"),
    Column(key="fund_title", title="Fund"),
    Column(key="agreement", title="Agreement"),
    Column(key="kind", title="Kind"),
    Column(key="legal_basis", title="Made under"),
    Column(key="host", title="Host"),
    Column(key="pool_manager", title="Pool manager"),
    Column(key="runs", title="Runs"),
    Column(key="stated", title="Contents stated"),
    Column(key="next", title="What happens next"),
)
