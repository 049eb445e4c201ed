"""Events of needs, providers, services and the directory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from trust_commissioning import providing
from trust_commissioning.providing import Kept, asked
from trust_commissioning.recording.event import Act, BusinessEvent


def _answer(names: Mapping[str, object], kept: Kept) -> Mapping[str, object]:
    asked_about = [one.as_json() for one in kept.questions]
    return {**names, "did": kept.did, **({"questions": asked_about} if asked_about else {})}


def _of(what: str, service: Callable[..., Kept]) -> Act:
    """An event of something there is already: a fact of a need or of a provider."""

    def act(session: Session, said: Any, by: str, at: datetime) -> Mapping[str, object]:
        about = getattr(said, what)
        kept = service(session, about, said.read(), by=by, at=at)
        return _answer({what: about, "reference": said.reference}, kept)

    return act


def _edited(what: str, service: Callable[..., Kept]) -> Act:
    """An event that keeps something that is edited, under its code."""

    def act(session: Session, said: Any, by: str, at: datetime) -> Mapping[str, object]:
        kept = service(session, said.read(), version=said.version, by=by, at=at)
        return _answer({what: said.code}, kept)

    return act


def _heard(what: str, service: Callable[..., Kept]) -> Act:
    """An event that is known by its reference alone."""

    def act(session: Session, said: Any, by: str, at: datetime) -> Mapping[str, object]:
        return _answer({what: said.reference}, service(session, said.read(), by=by, at=at))

    return act


def _require(
    session: Session, said: asked.DocumentRuleAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = providing.set_document_rule(session, said.reference, said.read(), by=by, at=at)
    return _answer({"rule": said.reference}, kept)


def _service(
    session: Session, said: asked.ServiceAsked, by: str, at: datetime
) -> Mapping[str, object]:
    return _answer(
        {"service": said.code}, providing.keep_service(session, **dict(said), by=by, at=at)
    )


def _weigh(
    session: Session, said: asked.WeightsAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = providing.weigh(session, said.service, said.starts, said.weights, by=by, at=at)
    return _answer({"service": said.service, "starts": said.starts.isoformat()}, kept)


def _check(
    session: Session, said: asked.EntryCheckAsked, by: str, at: datetime
) -> Mapping[str, object]:
    kept = providing.check_entry(
        session,
        said.entry,
        reference=said.reference,
        day=said.day,
        review_day=said.review_day,
        words=said.words,
        by=by,
        at=at,
    )
    return _answer({"entry": said.entry}, kept)


def _chase(
    session: Session, said: asked.EntryChaseAsked, by: str, at: datetime
) -> Mapping[str, object]:
    text = providing.chase_entry(
        session, said.entry, reference=said.reference, day=said.day, by=by, at=at
    )
    return {"entry": said.entry, "text": text}


EVENTS: tuple[BusinessEvent, ...] = (
    BusinessEvent(
        "need", "What children need", asked.NeedAsked, _edited("need", providing.keep_need)
    ),
    BusinessEvent(
        "need-observation",
        "How many there were",
        asked.ObservationAsked,
        _of("need", providing.observe),
    ),
    BusinessEvent(
        "need-provision",
        "How many are provided for",
        asked.ProvisionAsked,
        _of("need", providing.state_provision),
    ),
    BusinessEvent(
        "need-priority",
        "A need's place among others",
        asked.PriorityAsked,
        _of("need", providing.prioritise),
    ),
    BusinessEvent(
        "view", "What children or families said", asked.ViewAsked, _heard("view", providing.hear)
    ),
    BusinessEvent(
        "view-change",
        "What a view changed",
        asked.LedAsked,
        _heard("change", providing.note_change),
    ),
    BusinessEvent(
        "provider",
        "Who delivers",
        asked.ProviderAsked,
        _edited("provider", providing.keep_provider),
    ),
    BusinessEvent(
        "provider-identifier",
        "An identifier of a provider",
        asked.IdentifierAsked,
        _of("provider", providing.identify),
    ),
    BusinessEvent(
        "provider-registration",
        "What a regulator says of a provider",
        asked.RegistrationAsked,
        _of("provider", providing.register),
    ),
    BusinessEvent(
        "provider-document",
        "A document a provider filed",
        asked.DocumentAsked,
        _of("provider", providing.file_document),
    ),
    BusinessEvent(
        "provider-document-end",
        "A document that holds no more",
        asked.WithdrawalAsked,
        _of("provider", providing.withdraw_document),
    ),
    BusinessEvent(
        "inspection",
        "The result of an inspection",
        asked.InspectionAsked,
        _of("provider", providing.inspect),
    ),
    BusinessEvent(
        "document-rule",
        "Which documents providers must hold",
        asked.DocumentRuleAsked,
        _require,
    ),
    BusinessEvent("service", "A service for children", asked.ServiceAsked, _service),
    BusinessEvent("outcome-weights", "Which outcomes a service serves", asked.WeightsAsked, _weigh),
    BusinessEvent(
        "directory-entry",
        "A service in the directory",
        asked.EntryAsked,
        _edited("entry", providing.keep_entry),
    ),
    BusinessEvent(
        "directory-check", "A directory entry looked at again", asked.EntryCheckAsked, _check
    ),
    BusinessEvent(
        "directory-chase", "A letter for an entry past its review", asked.EntryChaseAsked, _chase
    ),
)
