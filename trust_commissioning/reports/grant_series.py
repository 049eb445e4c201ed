"""National grants: what was given in England each year, beside what this authority was given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from ledger.grant.life import Life
from ledger.journal import Book
from ledger.money import NIL, Money
from ledger.periods import FinancialYear
from trust_commissioning.national_grants import (
    Figure,
    NationalGrant,
    Status,
    national_grants,
    other_streams,
)
from trust_commissioning.reports.balances import sums
from trust_commissioning.reports.leads import Lead
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import grants as record


def grant_series(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each national figure of a year; the authority's own allocations stand beside.

    Only core figures are held against core allocations; figures with transfers have a table of
    their own. Earned is by what the books hold of the scope's year.
    """
    found = [one for code, one in national_grants().items() if scope.grant in (None, code)]
    ours = _ours(record.lives(session, by_day=scope.period.ends).values(), scope)
    earned = _earned(session, scope)
    rows = [row for one in found for row in _rows(one, ours, earned, scope)]
    return make(
        session,
        scope,
        at,
        name="grant-series",
        title="National grants and our allocations",
        basis=(
            "National figures as printed in the sources named, with how far each can be relied on: "
            "sourced, derived by arithmetic from sourced figures, or unverified. Ours is as "
            "announced and as revised. Core figures stand here; figures that count money "
            "transferred in are in a table of their own."
        ),
        sign="Amounts are above nil, in pounds.",
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            _figures("announced", "What was announced", found),
            _figures("with_transfers", "Figures with money transferred in", found),
            _figures("local", "What some authorities were given", found),
            _streams(),
            _conditions(found),
        ],
    )


def _rows(
    one: NationalGrant,
    ours: Mapping[tuple[str, FinancialYear], tuple[Money, Money]],
    earned: Mapping[str, Money],
    scope: Scope,
) -> Iterator[dict[str, Cell]]:
    code = one.programme.code
    for figure in one.core:
        assert figure.year is not None, "core figures are of years"
        announced, now = ours.get((code, figure.year), (NIL, NIL))
        is_now = figure.year == scope.year
        income = one.programme.income
        mine = bool(announced) and is_now
        yield {
            "grant": one.programme.title,
            "code": code,
            "year": str(figure.year),
            "national": figure.amount,
            "status": figure.status.title,
            "reference": figure.reference,
            "words": figure.about,
            "announced": announced or "",
            "allocation": now or "",
            "part": _part(now, figure.amount),
            "earned": earned.get(income, NIL) if mine else "",
            "leads": income if mine else "",
            "fund": "",
        }


def _part(ours: Money, national: Money) -> str:
    """Ours of the national figure, in hundredths of a percent."""
    if not ours:
        return ""
    hundredths = round(Fraction(ours.pence * 10_000, national.pence))
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


def _ours(
    lives: Iterable[Life], scope: Scope
) -> dict[tuple[str, FinancialYear], tuple[Money, Money]]:
    found: dict[tuple[str, FinancialYear], tuple[Money, Money]] = {}
    for life in lives:
        if not life.taken or scope.fund not in (None, life.allocation.fund):
            continue
        for year, position in life.years.items():
            key = (life.allocation.grant, year)
            announced, now = found.get(key, (NIL, NIL))
            found[key] = (announced + position.announced, now + position.allocation)
    return found


def _earned(session: Session, scope: Scope) -> dict[str, Money]:
    """What each account of grant income holds for the scope's year."""
    return {
        account: -amount
        for (account,), amount in sums(
            session, scope, "account", account="Income:Grants", book=Book.ACTUAL
        )
    }


def _figures(name: str, title: str, found: list[NationalGrant]) -> Part:
    rows = [
        {"grant": one.programme.title, **_figure(figure)}
        for one in found
        for figure in getattr(one, name)
    ]
    return Part(key=name.replace("_", "-"), title=title, columns=_FIGURES, rows=tuple(rows))


def _streams() -> Part:
    return Part(
        key="other-streams",
        title="Other streams the sources name",
        columns=tuple(column for column in _FIGURES if column.key not in ("grant", "year")),
        rows=tuple(_figure(figure) for figure in other_streams()),
    )


def _figure(figure: Figure) -> dict[str, Cell]:
    return {
        "about": figure.about,
        "year": str(figure.year) if figure.year else "",
        "national": figure.amount,
        "status": figure.status.title,
        "reference": figure.reference,
    }


def _conditions(found: list[NationalGrant]) -> Part:
    rows: list[dict[str, Cell]] = [
        {
            "grant": one.programme.title,
            "about": condition.wording,
            "status": one.condition_status[condition.code].title,
            "reference": one.condition_reference[condition.code],
        }
        for one in found
        for condition in one.programme.conditions
    ]
    rows += [
        {
            "grant": one.programme.title,
            "about": {
                "unspent": f"{one.programme.unspent.title}.",
                "legal_power": f"Paid under {one.programme.legal_power}.",
            }[doubt],
            "status": Status.UNVERIFIED.title,
            "reference": "",
        }
        for one in found
        for doubt in one.doubts
    ]
    return Part(
        key="conditions",
        title="Conditions as shipped",
        words=("They are in our words: the circulars could not be had.",),
        columns=(
            Column(key="grant", title="Grant"),
            Column(key="about", title="Condition"),
            Column(key="status", title="Status"),
            Column(key="reference", title="Read in"),
        ),
        rows=tuple(rows),
    )


_COLUMNS = (
    Column(key="grant", title="Grant"),
    Column(key="year", title="Year"),
    Column(key="national", title="England", kind="money"),
    Column(key="status", title="Status"),
    Column(key="reference", title="Read in"),
    Column(key="announced", title="Ours as announced", kind="money"),
    Column(key="allocation", title="Ours as revised", kind="money"),
    Column(key="part", title="Ours of England"),
    Column(
        key="earned",
        title="Earned in the books",
        kind="money",
        leads_to=Lead(account="{leads}", opposite=True),
    ),
)
_FIGURES = (
    Column(key="grant", title="Grant"),
    Column(key="about", title="What it is"),
    Column(key="year", title="Year"),
    Column(key="national", title="Amount", kind="money"),
    Column(key="status", title="Status"),
    Column(key="reference", title="Read in"),
)
