"""The one partner that keeps these books: its people see, and do by their roles, what is the whole
trust's.

Each pooled fund has a host of its own, which keeps that fund's accounts (SI 2000/617, regulation
7). Where several partners host a fund, hosting does not say who keeps the book they are all in, so
the trust names that partner. Until it has, `store.sight.keeper` says who it is taken to be.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning import people, roles
from trust_commissioning.store import audit
from trust_commissioning.store.tables import PartnerRow, TrustRow


def named(session: Session) -> str | None:
    """The code of the partner the trust has named; None while it has named none."""
    return session.get_one(TrustRow, 1).kept_by


def check_may_name(session: Session, by: str) -> None:
    """Hold a person to being an administrator of the whole trust; while there is none, of any
    partner, which opens no page: `trust apply` asks here, on the machine that keeps the trust.

    Raises:
        Refused: ``not_permitted``.
    """
    check = roles.check if people.is_administered(session) else roles.check_role
    check(session, by, roles.Action.MANAGE_PEOPLE)


def check_administered(session: Session) -> None:
    """Hold the trust to having an administrator of the whole of it.

    Raises:
        Refused: ``last_administrator``.
    """
    if not people.is_administered(session):
        raise Refused.because(
            "last_administrator",
            "No administrator would be left who works for the partner that keeps the books, or for "
            "none.",
            "kept_by",
        )


def name_keeper(session: Session, partner: str | None, *, by: str, at: datetime) -> bool:
    """Name the partner that keeps the books, or with None say nobody any more; whether that
    changed anything. It counts from everybody's next request.

    Raises:
        Refused: ``not_permitted``, ``partner_unknown``, or ``last_administrator`` where no
            administrator of the whole trust would be left; nothing was changed.
    """
    check_may_name(session, by)
    if partner is not None and session.get(PartnerRow, partner) is None:
        raise Refused.because("partner_unknown", f"There is no partner “{partner}”.", "kept_by")
    row = session.get_one(TrustRow, 1)
    before = row.kept_by
    if before == partner:
        return False
    row.kept_by = partner
    session.add(row)
    session.flush()
    check_administered(session)
    audit.record(
        session,
        by=by,
        at=at,
        action="trust_changed",
        object_kind="trust",
        object_key=row.name,
        before={"kept_by": before or ""},
        after={"kept_by": partner or ""},
    )
    return True
