"""What a person asks of a page again and again, saved under a name of their own.

A view is a setting of whoever saved it: nobody else sees it, nothing counts it, no figure rests on
it, so that the audit trail does not tell of it (as of an entry that is being typed).
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from sqlmodel import Session

from ledger.problems import Problem, Refused
from ledger.text import unfit_characters
from trust_commissioning import roles
from trust_commissioning.store import saved_views as record
from trust_commissioning.store.saved_views import SavedView

MOST = 50
"""How many views a person may have, of all pages together."""
LONGEST_NAME = 60
TURNED_TO = "page"
"""The part of an address that says which page of a list is shown: it is no question."""
_LONGEST = 2000


def saved_by(session: Session, username: str) -> tuple[SavedView, ...]:
    """A person's own views by page, then in the order of their names."""
    return record.views_of(session, username)


def save(
    session: Session,
    page: str,
    name: str,
    asked: str,
    *,
    by: str,
    at: datetime,
    instead: bool = False,
) -> SavedView:
    """Save what a page is asked; `instead` in place of the person's view of the same name.

    `asked` is the page's address after its question mark. Which page of a list it was turned to is
    left out.

    Raises:
        Refused: with all that is wrong with the name and the address; ``saved_view_name_taken``
            where one's own view has the name and is not to go; ``too_many_saved_views``.
    """
    roles.check(session, by, roles.Action.READ_REPORTS)  # what everybody who may come in may do
    problems = [*_check_name(name), *_check_page(page)]
    written = _written(asked)
    if isinstance(written, Problem):
        raise Refused([*problems, written])
    if problems:
        raise Refused(problems)
    view = SavedView(page, " ".join(name.split()), written)
    if record.is_there(session, by, page, view.name):
        if not instead:
            raise Refused.because(
                "saved_view_name_taken",
                f"You have a view “{view.name}” of this page already; give this one another name "
                "or put it in place of that one.",
                "name",
            )
    elif record.count_of(session, by) >= MOST:
        raise Refused.because(
            "too_many_saved_views",
            f"You have saved {MOST} views, and nobody has more; remove one first.",
            "name",
        )
    record.write(session, by, view, at=at)
    return view


def remove(session: Session, page: str, name: str, *, by: str) -> None:
    """Let one's own view go.

    Raises:
        Refused: ``saved_view_unknown``.
    """
    roles.check(session, by, roles.Action.READ_REPORTS)
    if not record.is_there(session, by, page, name):
        raise Refused.because(
            "saved_view_unknown", f"You have no view “{name}” of this page.", "name"
        )
    record.take_away(session, by, page, name)


def in_one_way(asked: dict[str, str]) -> str:
    """What a page is asked as a view says it, whatever order the address has it in."""
    return urlencode(sorted(asked.items()))


def _check_name(name: str) -> list[Problem]:
    if unfit := unfit_characters(name):
        return [
            Problem(
                "text_has_control_characters",
                f"The name holds characters that cannot be printed: {unfit}.",
                "name",
            )
        ]
    if 1 <= len(" ".join(name.split())) <= LONGEST_NAME:
        return []
    return [
        Problem(
            "saved_view_name_unfit",
            f"The name of a view has one character at least and {LONGEST_NAME} at most.",
            "name",
        )
    ]


def _check_page(page: str) -> list[Problem]:
    if re.fullmatch("[a-z][a-z-]{0,59}", page):
        return []
    return [Problem("saved_view_unreadable", "This is not the name of a page.", "page")]


def _written(asked: str) -> str | Problem:
    """An address's question read and written again, so that nothing else is ever saved."""
    fits = 0 < len(asked) <= _LONGEST and not re.search(r"[\s#]", asked)
    try:
        pairs = parse_qsl(asked, strict_parsing=True, errors="strict") if fits else []
    except ValueError:
        pairs = []
    kept = dict(pairs)
    named_well = all(re.fullmatch("[a-z][a-z_]{0,39}", name) for name in kept)
    printable = not any(map(unfit_characters, kept.values()))
    once = len(kept) == len(pairs)
    kept.pop(TURNED_TO, None)
    if kept and named_well and printable and once:
        return in_one_way(kept)
    return Problem("saved_view_unreadable", "This is not what the address of a page asks.", "asked")
