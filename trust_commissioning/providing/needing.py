"""Needs kept, counted, ranked, set against provision, heard of from children themselves."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from contracts import needs as rules
from contracts.days import ahead_of_time
from contracts.needs import Changed, Led, Need, Observation, Priority, Provision, View
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import day_of
from trust_commissioning.files.identifiability import questions
from trust_commissioning.providing.known import (
    Kept,
    bring,
    need_of,
    note,
    stale,
    unknown,
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
    roles.check(session, by, roles.Action.KEEP_REGISTER)
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
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    need_of(session, need)
    if _again(session, providing.OBSERVATION, observation.reference, need, observation):
        return Kept("unchanged")
    if problems := [
        *_not_below_nil(observation.number, "number"),
        *ahead_of_time(observation.day, day_of(at)),
    ]:
        raise Refused(problems)
    note(
        session,
        providing.OBSERVATION,
        observation.reference,
        about=need,
        day=observation.day,
        contents=observation,
        by=by,
        at=at,
        after={"number": observation.number, "source": observation.source},
    )
    asked = questions(observation.day, source=observation.source, words=observation.words)
    return Kept("added", asked)


def state_provision(
    session: Session, need: str, provision: Provision, *, by: str, at: datetime
) -> Kept:
    """Record how many are provided for from a day on, and who says so.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    need_of(session, need)
    if _again(session, providing.PROVISION, provision.reference, need, provision):
        return Kept("unchanged")
    problems = [
        *_not_below_nil(provision.provided, "provided"),
        *ahead_of_time(provision.day, day_of(at)),
    ]
    if provision.service:
        known = titles(session, "service")["service"]
        problems += unknown("service", provision.service, known, "service")
    if problems:
        raise Refused(problems)
    note(
        session,
        providing.PROVISION,
        provision.reference,
        about=need,
        day=provision.day,
        contents=provision,
        by=by,
        at=at,
        after={"provided": provision.provided, "said_by": provision.said_by},
    )
    asked = questions(provision.day, said_by=provision.said_by, words=provision.words)
    return Kept("added", asked)


def prioritise(session: Session, need: str, priority: Priority, *, by: str, at: datetime) -> Kept:
    """Give a need its place among those of an outcome from a day on, for a reason.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    need_of(session, need)
    if _again(session, providing.PRIORITY, priority.reference, need, priority):
        return Kept("unchanged")
    if problems := [*_not_below_nil(priority.rank, "rank")]:
        raise Refused(problems)
    note(
        session,
        providing.PRIORITY,
        priority.reference,
        about=need,
        day=priority.day,
        contents=priority,
        by=by,
        at=at,
        after={"outcome": priority.outcome.value, "rank": priority.rank},
    )
    return Kept("added", questions(priority.day, reason=priority.reason))


def hear(session: Session, view: View, *, by: str, at: datetime) -> Kept:
    """Record what children or families said, of a need or a service.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    about = view.need or view.service
    if _again(session, providing.VIEW, view.reference, about, view):
        return Kept("unchanged")
    problems = [*_check_about(session, view), *ahead_of_time(view.day, day_of(at))]
    if problems:
        raise Refused(problems)
    note(
        session,
        providing.VIEW,
        view.reference,
        about=about,
        day=view.day,
        contents=view,
        by=by,
        at=at,
        after={"whose": view.whose.value},
    )
    return Kept("added", questions(view.day, words=view.words, gathered=view.gathered))


def note_change(session: Session, led: Led, *, by: str, at: datetime) -> Kept:
    """Record what a view changed: a need, the design of a service, a review.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.KEEP_REGISTER)
    heard = providing.fact(session, providing.VIEW, led.view)
    if heard is None:
        raise Refused.because("view_unknown", f"There is no view “{led.view}”.", "view")
    if _again(session, providing.LED, led.reference, led.view, led):
        return Kept("unchanged")
    problems = [
        *rules.problems_in_led(heard.contents, led),
        *_check_changed(session, led),
        *ahead_of_time(led.day, day_of(at)),
    ]
    if problems:
        raise Refused(problems)
    note(
        session,
        providing.LED,
        led.reference,
        about=led.view,
        day=led.day,
        contents=led,
        by=by,
        at=at,
        after={"changed": led.changed.value, "what": led.what},
    )
    return Kept("added", questions(led.day, words=led.words))


def _again(session: Session, kind: str, reference: str, about: str, contents: object) -> bool:
    return providing.kept_before(session, kind, reference, about, contents) is not None


def _check_about(session: Session, view: View) -> list[Problem]:
    if not view.need and not view.service:
        return [
            Problem(
                "view_about_nothing", "Say which need or which service the view is about.", "need"
            )
        ]
    problems: list[Problem] = []
    if view.need:
        problems += unknown("need", view.need, providing.needs(session, code=view.need), "need")
    if view.service:
        known = titles(session, "service")["service"]
        problems += unknown("service", view.service, known, "service")
    return problems


def _check_changed(session: Session, led: Led) -> list[Problem]:
    if led.changed is Changed.NEED:
        return [*unknown("need", led.what, providing.needs(session, code=led.what), "what")]
    if led.changed is Changed.SERVICE:
        return [*unknown("service", led.what, titles(session, "service")["service"], "what")]
    known = monitoring.references(session, [monitoring.REVIEW])
    return [*unknown("review", led.what, known, "what")]


def _not_below_nil(number: int, where: str) -> list[Problem]:
    if number >= 0:
        return []
    return [Problem("number_below_nil", f"{number} is below nil.", where)]
