"""What the pages ask of the views a person saved: their own, and nobody else's."""

from __future__ import annotations

from dashboards import ask
from trust_commissioning import clock, saved_views
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.saved_views import SavedView


def saved_by(viewer: SignedIn) -> tuple[SavedView, ...]:
    """Every view of a person, of all pages."""
    with reading(ask.engine()) as session:
        return saved_views.saved_by(session, viewer.username)


def saved_of(viewer: SignedIn, page: str) -> tuple[SavedView, ...]:
    """A person's views of one page."""
    return tuple(view for view in saved_by(viewer) if view.page == page)


def save(viewer: SignedIn, page: str, name: str, asked: str, *, instead: bool) -> SavedView:
    """Save what a page is asked.

    Raises:
        Refused: with all that is wrong with it; nothing was changed.
    """
    with transaction(ask.engine()) as session:
        return saved_views.save(
            session, page, name, asked, by=viewer.username, at=clock.now(), instead=instead
        )


def remove(viewer: SignedIn, view: SavedView) -> None:
    """Let a view go.

    Raises:
        Refused: ``saved_view_unknown``.
    """
    with transaction(ask.engine()) as session:
        saved_views.remove(session, view.page, view.name, by=viewer.username)
