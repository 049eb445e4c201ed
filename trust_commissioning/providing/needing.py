"""Needs kept, counted, ranked, set against provision, heard of from children themselves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from contracts import needs as rules
from contracts.days import ahead_of_time
from contracts.needs import Changed, Led, Need, Observation, Priority, Provision, View
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
    unknown_need,
)
from trust_commissioning.store import monitoring, providing
from trust_commissioning.store.standing import titles


def keep_need(
    session: Session, need: Need, *, version: int | None = None, by: str, at: datetime
) -> Kept:
    """Keep a need, or what changed of it; what was said of it on a day is kept by itself.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    begin(session, by)
    now = providing.need(session, need.code)
    problems = [
        *rules.problems_in(need),
        *stale(now.version if now else 0, version, f"The need “{need.code}”"),
    ]
    if problems:
        raise Refused(problems)
    values = {
        "code": need.code,
        "title": need.title,
        "children": need.group,
        "locality": need.locality,
        "counts": need.counts,
        "owner": need.owner,
        "words": need.words,
        "closed": need.closed,
        "closed_because": need.closed_because,
    }
    did = bring(session, providing.NEED, "need", values, by=by, at=at)
    asked = questions(day_of(at), title=need.title, group=need.group, words=need.words)
    return Kept(did, asked)


def observe(
    session: Session, need: str, observation: Observation, *, by: str, at: datetime
) -> Kept:
    """Record how many there were on a day. For a day observed before it corrects what was said.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.OBSERVATION,
        reference=observation.reference,
        about=need,
        day=observation.day,
        contents=observation,
        after={"number": observation.number, "source": observation.source},
        texts={"source": observation.source, "words": observation.words},
    )
    return say(
        session,
        said,
        lambda: (
            *unknown_need(session, need),
            *_not_below_nil(observation.number, "number"),
            *ahead_of_time(observation.day, day_of(at)),
        ),
        by=by,
        at=at,
    )


def state_provision(
    session: Session, need: str, provision: Provision, *, by: str, at: datetime
) -> Kept:
    """Record how many are provided for from a day on, and who says so.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.PROVISION,
        reference=provision.reference,
        about=need,
        day=provision.day,
        contents=provision,
        after={"provided": provision.provided, "said_by": provision.said_by},
        texts={"said_by": provision.said_by, "words": provision.words},
    )
    return say(
        session,
        said,
        lambda: (
            *unknown_need(session, need),
            *_not_below_nil(provision.provided, "provided"),
            *ahead_of_time(provision.day, day_of(at)),
            *_unknown_service(session, provision.service),
        ),
        by=by,
        at=at,
    )


def prioritise(session: Session, need: str, priority: Priority, *, by: str, at: datetime) -> Kept:
    """Give a need its place among those of an outcome from a day on, for a reason.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.PRIORITY,
        reference=priority.reference,
        about=need,
        day=priority.day,
        contents=priority,
        after={"outcome": priority.outcome.value, "rank": priority.rank},
        texts={"reason": priority.reason},
    )
    return say(
        session,
        said,
        lambda: (*unknown_need(session, need), *_not_below_nil(priority.rank, "rank")),
        by=by,
        at=at,
    )


def hear(session: Session, view: View, *, by: str, at: datetime) -> Kept:
    """Record what children or families said, of a need or a service.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.VIEW,
        reference=view.reference,
        about=view.need or view.service,
        day=view.day,
        contents=view,
        after={"whose": view.whose.value},
        texts={"words": view.words, "gathered": view.gathered},
    )
    return say(
        session,
        said,
        lambda: (*_check_about(session, view), *ahead_of_time(view.day, day_of(at))),
        by=by,
        at=at,
    )


def note_change(session: Session, led: Led, *, by: str, at: datetime) -> Kept:
    """Record what a view changed: a need, the design of a service, a review.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    said = Saying(
        kind=providing.LED,
        reference=led.reference,
        about=led.view,
        day=led.day,
        contents=led,
        after={"changed": led.changed.value, "what": led.what},
        texts={"words": led.words},
    )
    return say(
        session,
        said,
        lambda: (
            *_check_view(session, led),
            *_check_changed(session, led),
            *ahead_of_time(led.day, day_of(at)),
        ),
        by=by,
        at=at,
    )


def _check_about(session: Session, view: View) -> Iterator[Problem]:
    if not view.need and not view.service:
        yield Problem(
            "view_about_nothing", "Say which need or which service the view is about.", "need"
        )
    if view.need:
        yield from unknown_need(session, view.need)
    yield from _unknown_service(session, view.service)


def _check_view(session: Session, led: Led) -> Iterator[Problem]:
    heard = providing.fact(session, providing.VIEW, led.view)
    if heard is None:
        yield from unknown("view", led.view, (), "view")
    else:
        yield from rules.problems_in_led(heard.contents, led)


def _check_changed(session: Session, led: Led) -> Iterator[Problem]:
    if led.changed is Changed.NEED:
        yield from unknown_need(session, led.what, "what")
    elif led.changed is Changed.SERVICE:
        yield from _unknown_service(session, led.what, "what")
    else:
        known = monitoring.references(session, [monitoring.REVIEW])
        yield from unknown("review", led.what, known, "what")


def _unknown_service(session: Session, code: str, where: str = "service") -> Iterator[Problem]:
    """A service nobody recorded; none at all is no problem."""
    if code:
        yield from unknown("service", code, titles(session, "service")["service"], where)


def _not_below_nil(number: int, where: str) -> list[Problem]:
    if number >= 0:
        return []
    return [Problem("number_below_nil", f"{number} is below nil.", where)]
