"""Services of what a person keeps for themselves."""

from sqlmodel import Session

from tests.people.walked.service import Service
from tests.support.trusts import AT
from trust_commissioning import saved_views
from trust_commissioning.roles import Action


def _save(session: Session, by: str) -> None:
    saved_views.save(session, "contracts", "Mine", "form=block", by=by, at=AT)


SERVICES = {
    "saved_views.save": Service(Action.READ_REPORTS, _save),
    "saved_views.remove": Service(
        Action.READ_REPORTS,
        lambda s, by: saved_views.remove(s, "contracts", "Mine", by=by),
        _save,
    ),
}
