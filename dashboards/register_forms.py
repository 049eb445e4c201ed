"""What the register's pages share: days, names of requests, an event recorded from a form."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import acting, ask_providing, show
from trust_commissioning import clock
from trust_commissioning.roles import Action, may
from trust_commissioning.sign_ins import SignedIn

EARLIEST, LATEST = date(1990, 4, 1), date(2100, 3, 31)


def today() -> date:
    return clock.day_of(clock.now())


def day_box(
    place: DeltaGenerator, label: str, value: date | None = None, *, ahead: bool = False
) -> date:
    """A day, today unless another is given; days to come only where they are meant."""
    latest = LATEST if ahead else max(today(), value or today())
    chosen: date = place.date_input(
        label, value=value or today(), min_value=EARLIEST, max_value=latest, format="DD/MM/YYYY"
    )
    return chosen


def maybe_day(place: DeltaGenerator, label: str, value: date | None = None) -> date | None:
    """A day that may be left empty."""
    chosen: date | None = place.date_input(
        label, value=value, min_value=EARLIEST, max_value=LATEST, format="DD/MM/YYYY"
    )
    return chosen


def pick(place: DeltaGenerator, label: str, titles: Mapping[str, str], *, none: str = "") -> str:
    """A code chosen by its title; `none` are the words of choosing none, where one may."""
    codes = sorted(titles, key=lambda code: titles[code].casefold())
    return str(
        place.selectbox(
            label,
            [*([""] if none else []), *codes],
            format_func=lambda code: titles[code] if code else none,
        )
        or ""
    )


def request(name: str) -> str:
    """What names a form's request; a new one once it was recorded."""
    return str(st.session_state.setdefault(f"request-{name}", secrets.token_hex(6)))


def keep(
    viewer: SignedIn, event: str, asked: Mapping[str, Any], words: str, *, said: str, name: str = ""
) -> None:
    """Record an event; `words` are said under `said` once the page is drawn again."""

    def work() -> str:
        done = ask_providing.record(viewer, event, asked)
        st.session_state.pop(f"request-{name}", None)
        questions = [str(one["message"]) for one in done.get("questions", [])]
        st.session_state[f"{said}-questions"] = questions
        st.session_state[f"{said}-letter"] = str(done.get("text", ""))
        if done.get("did") == "unchanged":
            return "Nothing differed from what was recorded before."
        return words

    acting.do(work, said, event=event)


def override(viewer: SignedIn) -> dict[str, object]:
    """Only who may let more be promised than is available is asked why."""
    if not may(viewer, Action.OVERRIDE_LIMIT):
        return {}
    label = "Why more may be promised than is available, only where it is so"
    reason = str(st.text_input(label, max_chars=200)).strip()
    return {"override": {"reason": reason}} if reason else {}


def tell(said: str) -> None:
    """What was done before the page was drawn, a letter it wrote, texts to be looked at again."""
    if words := st.session_state.pop(said, ""):
        show.done(words)
    if letter := st.session_state.pop(f"{said}-letter", ""):
        st.text(letter)
    show.warnings(st.session_state.pop(f"{said}-questions", []))


def parts(text: str, names: Sequence[str]) -> list[dict[str, str]]:
    """Lines of a box, each parted by upright strokes, as the fields they stand for."""
    return [
        dict(zip(names, _cells(line, len(names)), strict=True))
        for line in text.splitlines()
        if line.strip()
    ]


def _cells(line: str, count: int) -> list[str]:
    cells = [cell.strip() for cell in line.split("|", count - 1)]
    return [*cells, *[""] * (count - len(cells))]


def lines(told: Iterable[Sequence[str]]) -> str:
    """The other way round: fields as lines of a box, without the empty ones at the end."""
    return "\n".join(" | ".join(cells).rstrip(" |") for cells in told)


def whole(typed: str) -> int | str | None:
    """A whole number as it was typed; the text itself where it is none, for the door to refuse."""
    text = typed.strip().replace(",", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() else typed
