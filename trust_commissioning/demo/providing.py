"""Needs, providers and the directory of the demo trust, told through the events anybody may record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlmodel import Session

from contracts.provider_checking import needs_registration, required_of
from contracts.providers import DocumentKind
from trust_commissioning.recording import EVENTS
from trust_commissioning.store import providing

KEEPER = "j.hollin"
_DAY = date(2004, 4, 1)
_INSURED = (
    ("2002-08-01", "2003-07-31"),
    ("2003-08-01", "2004-07-31"),
    ("2004-08-01", "2005-07-31"),
)
_FILED = ("2002-10-01", "2005-09-30")
Told = tuple[str, dict[str, Any]]


def tell(session: Session, *, at: datetime) -> None:
    """Everything of the subject, in the order in which one thing names another."""
    for one in _held()["providers"]:
        for name, asked in _provider(one):
            _record(session, name, asked, at)
    for code, kept in providing.providers(session).items():
        held = next((one for one in _held()["providers"] if one["code"] == code), None)
        if held is not None:
            documents = [one.document for one in required_of(kept, _DAY)]
            for name, asked in _papers(held, documents, registered=bool(needs_registration(kept))):
                _record(session, name, asked, at)
    for told in _held()["events"]:
        asked = {name: value for name, value in told.items() if name != "event"}
        _record(session, told["event"], asked, at)


def _provider(one: Mapping[str, Any]) -> Iterator[Told]:
    """Who it is, and the numbers it is known by."""
    kept = {name: one[name] for name in ("code", "name", "sector", "kinds", "sites") if name in one}
    yield "provider", kept
    for scheme, value in one.get("known_by", {}).items():
        yield (
            "provider-identifier",
            {
                "provider": one["code"],
                "reference": f"{one['code']}/{scheme}",
                "day": _DAY,
                "scheme": scheme,
                "value": value,
                "verified_at": "The scheme's public register",
                "verified_on": _DAY,
            },
        )


def _papers(
    one: Mapping[str, Any], documents: list[DocumentKind], *, registered: bool
) -> Iterator[Told]:
    """Its registration and every document it must hold, but those it is told to lack."""
    code = one["code"]
    if registered:
        yield (
            "provider-registration",
            {
                "provider": code,
                "reference": f"{code}/registration",
                "day": date(2002, 10, 1),
                "regulator": one.get("regulator", "National Care Standards Commission"),
                "number": f"W-{code[:4].upper()}",
                "status": "registered",
            },
        )
    for document in documents:
        if document.value in one.get("lacks", []):
            continue
        ends_early = one.get("ends_early", {}).get(document.value)
        stretches = _INSURED if document.is_insurance else (_FILED,)
        for turn, (starts, expires) in enumerate(stretches, 1):
            last = turn == len(stretches)
            yield (
                "provider-document",
                {
                    "provider": code,
                    "reference": f"{code}/{document.value}/{turn}",
                    "document": document.value,
                    "starts": starts,
                    "expires": ends_early if last and ends_early else expires,
                    **(
                        {"cover": "5000000.00", "issuer": "Weald Mutual Insurance"}
                        if document.is_insurance
                        else {}
                    ),
                },
            )


def _record(session: Session, name: str, asked: Mapping[str, Any], at: datetime) -> None:
    event = EVENTS[name]
    told = {key: _day(value) for key, value in asked.items()}
    event.act(session, event.asks.model_validate(told), KEEPER, at)


def _day(value: Any) -> Any:
    """A day written as text is a day; YAML reads those without quotes by itself."""
    if isinstance(value, str) and len(value) == 10 and value[4:8:3] == "--":
        return date.fromisoformat(value)
    return value


@cache
def _held() -> dict[str, Any]:
    text = files("trust_commissioning").joinpath("demo/providing.yaml").read_text("utf-8")
    held: dict[str, Any] = yaml.safe_load(text)
    return held
