"""The services directory looked at again: each entry's owner, when it is due, who is to be chased."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session

from contracts.directory import Entry
from ledger.wording import counted, day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import providing
from trust_commissioning.store.standing import titles


def directory_reviews(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each entry of the directory, those past their review day the latest first."""
    day = scope.period.ends
    services = titles(session, "service")["service"]
    names = providing.names(session)
    chased = {
        one.about: one.day for one in providing.facts(session, providing.CHASE) if one.day <= day
    }
    entries = list(providing.entries(session).values())
    rows = [_row(one, services, names, chased, day) for one in entries]
    late = sorted(
        (one for one in entries if one.published and one.is_past_review(day)),
        key=lambda one: (one.review_day or date.max, one.title),
    )
    return make(
        session,
        scope,
        at,
        name="directory-reviews",
        title="The services directory",
        basis=(
            f"Each entry as it is kept now, with its day of review seen from {day_in_full(day)}. "
            "A published entry past that day is flagged to the public, and its owner is chased."
        ),
        sign="There are no amounts.",
        columns=_COLUMNS,
        rows=rows,
        totals={},
        parts=[
            Part(
                key="late",
                title="Past their review, to be chased",
                columns=_LATE,
                rows=tuple(_late(one, chased, day) for one in late),
            )
        ],
    )


def _row(
    one: Entry,
    services: Mapping[str, str],
    names: Mapping[str, str],
    chased: Mapping[str, date],
    day: date,
) -> dict[str, Cell]:
    return {
        "code": one.code,
        "entry": one.title,
        "service": services.get(one.service, one.service),
        "provider": names.get(one.provider, one.provider),
        "status": one.status.title if one.published else "Not published",
        "ages": one.ages,
        "owner": one.owner,
        "review": day_in_full(one.review_day) if one.review_day else "",
        "assured": day_in_full(one.assured) if one.assured else "Never",
        "state": _state(one, chased, day),
    }


def _state(one: Entry, chased: Mapping[str, date], day: date) -> str:
    if not one.is_past_review(day):
        return "In date" if one.review_day else "No review agreed"
    letter = chased.get(one.code)
    return f"Past review, chased {day_in_full(letter)}" if letter else "Past review"


def _late(one: Entry, chased: Mapping[str, date], day: date) -> dict[str, Cell]:
    assert one.review_day is not None
    letter = chased.get(one.code)
    return {
        "code": one.code,
        "entry": one.title,
        "owner": one.owner,
        "review": day_in_full(one.review_day),
        "late": counted((day - one.review_day).days, "day"),
        "chased": day_in_full(letter) if letter else "Not yet",
    }


_COLUMNS = (
    Column(key="entry", title="Entry"),
    Column(key="code", title="Code", kind="code"),
    Column(key="service", title="Service"),
    Column(key="provider", title="Provider"),
    Column(key="status", title="Status"),
    Column(key="ages", title="For"),
    Column(key="owner", title="Owner"),
    Column(key="assured", title="Last checked"),
    Column(key="review", title="Review by"),
    Column(key="state", title="State"),
)
_LATE = (
    Column(key="entry", title="Entry"),
    Column(key="owner", title="Owner"),
    Column(key="review", title="Review by"),
    Column(key="late", title="Late by"),
    Column(key="chased", title="Last chased"),
)
