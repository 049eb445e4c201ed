"""Services and the directory that tells the public of them: kept, checked, chased when late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session

from contracts import directory as rules
from contracts.days import ahead_of_time
from contracts.directory import Entry
from contracts.services import in_order
from ledger.outcomes import Outcome
from ledger.problems import Problem, Refused
from trust_commissioning.clock import day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.providing.known import (
    Kept,
    Saying,
    begin,
    bring,
    say,
    stale,
    unknown,
)
from trust_commissioning.store import audit, providing
from trust_commissioning.store.standing import titles, trust_name
from trust_commissioning.store.tables import ServiceOutcomeRow, ServiceRow, table_of

_SERVICE, _WEIGHT = table_of(ServiceRow), table_of(ServiceOutcomeRow)


def keep_service(
    session: Session,
    code: str,
    *,
    title: str,
    description: str,
    review_day: date | None,
    by: str,
    at: datetime,
) -> Kept:
    """Keep a service, or what changed of its title, description and day of review.

    Raises:
        Refused: if the person may not.
    """
    begin(session, by)
    said = {"title": title, "description": description, "review_day": review_day}
    row = session.execute(select(_SERVICE).where(_SERVICE.c.code == code)).mappings().first()
    asked = questions(day_of(at), description=description)
    if row is None:
        session.execute(insert(_SERVICE).values(code=code, **said))
        before, did = None, "added"
    else:
        before = {name: row[name] for name, value in said.items() if row[name] != value}
        if not before:
            return Kept("unchanged", asked)
        session.execute(_SERVICE.update().where(_SERVICE.c.code == code).values(**said))
        did = "changed"
    audit.record(
        session,
        by=by,
        at=at,
        action=f"service_{did}",
        object_kind="service",
        object_key=code,
        before=before,
        after=said,
    )
    return Kept(did, asked)


def weigh(
    session: Session,
    service: str,
    starts: date,
    weights: Mapping[Outcome, int],
    *,
    by: str,
    at: datetime,
) -> Kept:
    """Say by which weights a service's spend serves the outcomes from a day on.

    What is posted already stays as it was split.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by)
    wanted = {outcome.value: weight for outcome, weight in in_order(weights)}
    problems = [*unknown("service", service, titles(session, "service")["service"], "service")]
    if not wanted or min(wanted.values()) < 1:
        problems.append(
            Problem(
                "outcome_weight_not_above_nil",
                f"{service} needs a whole number above nil for at least one outcome.",
                "weights",
            )
        )
    if problems:
        raise Refused(problems)
    same = (_WEIGHT.c.service == service, _WEIGHT.c.starts == starts)
    now = {row.outcome: row.weight for row in session.execute(select(_WEIGHT).where(*same))}
    if now == wanted:
        return Kept("unchanged")
    session.execute(delete(_WEIGHT).where(*same))
    for outcome, weight in wanted.items():
        values = {"service": service, "starts": starts, "outcome": outcome, "weight": weight}
        session.execute(insert(_WEIGHT).values(**values))
    did = "changed" if now else "added"
    audit.record(
        session,
        by=by,
        at=at,
        action=f"outcome_weights_{did}",
        object_kind="outcome weights",
        object_key=f"{service} from {starts.isoformat()}",
        before=now or None,
        after=wanted,
    )
    return Kept(did)


def keep_entry(
    session: Session, entry: Entry, *, version: int | None = None, by: str, at: datetime
) -> Kept:
    """Keep an entry of the directory, or what changed of it; when it was checked stays.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by)
    now = providing.entry(session, entry.code)
    problems = [
        *rules.problems_in(entry),
        *unknown("service", entry.service, titles(session, "service")["service"], "service"),
        *stale(now.version if now else 0, version, f"The entry “{entry.title}”"),
    ]
    if providing.provider(session, entry.provider) is None:
        problems += unknown("provider", entry.provider, (), "provider")
    if problems:
        raise Refused(problems)
    asked = questions(
        day_of(at),
        description=entry.description,
        eligibility=entry.eligibility,
        referral=entry.referral,
        alert=entry.alert,
    )
    wanted = replace(entry, assured=now.assured if now is not None else None)
    return Kept(_bring(session, wanted, by=by, at=at), asked)


def check_entry(
    session: Session,
    code: str,
    *,
    reference: str,
    day: date,
    review_day: date,
    words: str,
    by: str,
    at: datetime,
) -> Kept:
    """Record that all of an entry was found right on a day, to be looked at again by another.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by)
    found = {"review_day": review_day.isoformat(), "day": day.isoformat(), "words": words}
    said = Saying(
        kind=providing.CHECK,
        reference=reference,
        about=code,
        day=day,
        contents=found,
        after=found,
        texts={"words": words},
    )
    entry = providing.entry(session, code)

    def problems() -> Iterator[Problem]:
        if entry is None:
            yield from _unknown_entry(code)
        else:
            yield from rules.problems_in_check(entry, day, review_day)
        yield from ahead_of_time(day, day_of(at))

    kept = say(session, said, problems, by=by, at=at)
    if not kept.new or entry is None:
        return kept
    looked_at = rules.checked(entry, day, review_day)
    return replace(kept, did=_bring(session, looked_at, by=by, at=at))


def chase_entry(
    session: Session, code: str, *, reference: str, day: date, by: str, at: datetime
) -> str:
    """Write to the owner of an entry past its review day, and keep the letter; returns its text.

    The same again is the same letter.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by)
    before = providing.fact(session, providing.CHASE, reference)
    if before is not None:
        text = str(before.contents["text"])
        same = {"to": str(before.contents["to"]), "day": day.isoformat(), "text": text}
        providing.kept_before(session, providing.CHASE, reference, code, same)
        return text
    entry = providing.entry(session, code)
    problems = [
        *(_unknown_entry(code) if entry is None else rules.problems_in_chase(entry, day)),
        *ahead_of_time(day, day_of(at)),
    ]
    if problems or entry is None:
        raise Refused(problems)
    text = rules.reminder(entry, trust=trust_name(session), day=day)
    said = Saying(
        kind=providing.CHASE,
        reference=reference,
        about=code,
        day=day,
        contents={"to": entry.owner, "day": day.isoformat(), "text": text},
        after={"to": entry.owner},
    )
    say(session, said, lambda: (), by=by, at=at)
    return text


def _unknown_entry(code: str) -> Iterator[Problem]:
    yield Problem(
        "directory_entry_unknown", f"There is no entry “{code}” in the directory.", "entry"
    )


def _bring(session: Session, entry: Entry, *, by: str, at: datetime) -> str:
    values = providing.entry_values(entry)
    return bring(session, providing.ENTRY, "directory_entry", values, by=by, at=at)
