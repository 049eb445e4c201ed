"""Examples of who may not come in, or may not do what was asked."""

from __future__ import annotations

from sqlmodel import Session

from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, AUDITOR, CLERK, journal
from trust_commissioning import passwords, people, posting, sign_ins
from trust_commissioning.server import sign_in

_ADMINISTRATOR = "x.admin"
_PAID = journal("Expenses:Unallocated 100.00 / Assets:HostCash -100.00")


def _add(username: str = "j.okafor", name: str = "Jo Okafor", role: str = "auditor") -> Run:
    return in_small_trust(
        lambda session: people.add(
            session, username, name=name, role=role, by=_ADMINISTRATOR, at=AT
        )
    )


def _disabled(session: Session) -> object:
    people.disable(session, CLERK, by=_ADMINISTRATOR, at=AT)
    return posting.post(session, _PAID, by=CLERK, at=AT)


def _guessing(session: Session) -> object:
    for _ in range(6):
        sign_ins.attempt(session, CLERK, address="192.0.2.7", at=AT)
    return []


example(
    "not_permitted",
    "An auditor enters a journal.",
    in_small_trust(lambda session: posting.post(session, _PAID, by=AUDITOR, at=AT)),
)
example(
    "person_unknown",
    "A user name is mistyped.",
    in_small_trust(lambda session: posting.post(session, _PAID, by="h.clark", at=AT)),
)
example("person_not_active", "Somebody who has left enters a journal.", in_small_trust(_disabled))
example(
    "last_administrator",
    "The only administrator is disabled.",
    in_small_trust(
        lambda session: people.disable(session, _ADMINISTRATOR, by=_ADMINISTRATOR, at=AT)
    ),
)
example(
    "people_already_there",
    "A second first administrator is asked for.",
    in_small_trust(
        lambda session: people.add_first_administrator(session, "j.okafor", name="Jo Okafor", at=AT)
    ),
)
example(
    "password_wrong",
    "Somebody changes a password and mistypes the one there is.",
    in_small_trust(
        lambda session: people.change_own_password(
            session, CLERK, "vadok-benuz", "horap-kujed-topag", at=AT
        )
    ),
)
example("role_unknown", "A role is made up.", _add(role="treasurer"))
example("username_unfit", "A user name has a space.", _add(username="Jo Okafor"))
example("username_taken", "A user name is given twice.", _add(username=CLERK))
example("person_name_unfit", "A person is given no name.", _add(name=" "))
example(
    "username_missing",
    "The form is sent without a user name.",
    lambda: sign_in._missing("", "vadok-benuz-horap"),
)
example(
    "password_missing",
    "The form is sent without a password.",
    lambda: sign_in._missing(CLERK, ""),
)
example(
    "password_too_short", "Nine letters are chosen.", lambda: passwords.problems_in("hollyhock")
)
example(
    "password_too_long", "A chapter is chosen.", lambda: passwords.problems_in("vadok benuz " * 12)
)
example(
    "password_guessable",
    "A common word is dressed up.",
    lambda: passwords.problems_in("Pa55word2003!"),
)
example("sign_in_wrong", "A password is mistyped.", lambda: [sign_in._WRONG])
example(
    "form_too_old",
    "A form is sent by a browser that was never shown it.",
    lambda: [sign_in._FORM_TOO_OLD],
)
example("too_many_sign_ins", "A sixth wrong password follows five.", in_small_trust(_guessing))
