"""Examples of who may not come in, or may not do what was asked."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, AUDITOR, CLERK, journal
from trust_commissioning import organisation, passwords, people, posting, saved_views, sign_ins
from trust_commissioning.server import organisation as doors
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


def _keeping_the_word(session: Session) -> object:
    word = people.give_word(session, CLERK, by=_ADMINISTRATOR, at=AT)
    return people.change_own_password(session, CLERK, word, word, at=AT)


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
example(
    "password_unchanged",
    "Somebody given a word for one sign-in chooses the word itself.",
    in_small_trust(_keeping_the_word),
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
example(
    "word_too_old",
    "A word given on Monday is used on Friday.",
    lambda: [sign_in._WORD_TOO_OLD],
)
example(
    "passwords_differ",
    "A new password is mistyped the second time.",
    lambda: [sign_in._NOT_THE_SAME],
)
example("too_many_sign_ins", "A sixth wrong password follows five.", in_small_trust(_guessing))


# --- what a person saves for themselves ----------------------------------------------------------


def _saving(*names: str, asked: str = "coming=notice") -> Run:
    def run(session: Session) -> object:
        for name in names:
            saved_views.save(session, "contracts", name, asked, by=CLERK, at=AT)
        return []

    return in_small_trust(run)


example("saved_view_name_unfit", "A view is given no name.", _saving(" "))
example("saved_view_name_taken", "Two views are called alike.", _saving("Notice", "Notice"))
example(
    "saved_view_unreadable",
    "A program saves the address of another site.",
    _saving("Elsewhere", asked="https://elsewhere.example"),
)
example(
    "saved_view_unknown",
    "A view is removed in two windows.",
    in_small_trust(lambda session: saved_views.remove(session, "contracts", "Notice", by=CLERK)),
)
example(
    "too_many_saved_views",
    "A fifty-first view is saved.",
    _saving(*(f"View {turn}" for turn in range(51))),
)


# --- through an organisation ---------------------------------------------------------------------

_AGREED = """
name: Wealdshire County Council
issuer: https://sign-in.wealdshire.example
client_id: the-trust
our_address: https://trust.wealdshire.example
groups: [{group: trust-finance, role: finance_officer}]
"""


def _file(more: str = "", said: str = _AGREED) -> organisation.Organisation:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "sign-in.yaml"
        file.write_text(said + more, encoding="utf-8")
        return organisation.read(file)


def _arriving(*, username: str = CLERK, more: str = "", group: str = "trust-finance") -> Run:
    def run(session: Session) -> object:
        agreed = _file(more)
        claims = {"sub": "0a1", "preferred_username": username, "groups": [group]}
        told = organisation.Told.of(agreed, claims)
        tried = organisation.try_again(session, "a state", address="192.0.2.7", at=AT)
        return organisation.arrive(session, agreed, told, state="a state", tried=tried, at=AT)

    return in_small_trust(run)


def _twice(session: Session) -> object:
    for _ in range(2):
        organisation.try_again(session, "a state", address="192.0.2.7", at=AT)
    return []


def _without_break_glass(session: Session) -> object:
    agreed = _file("local_accounts: break_glass\nbreak_glass: [a.auditor]\n")
    return organisation.problems_here(session, agreed)


example(
    "organisation_not_reached",
    "The council's sign-in is being mended.",
    lambda: [doors._not_reached(_file())],
)
example(
    "organisation_not_believed",
    "A token comes back with the nonce of another sign-in.",
    lambda: [doors._not_believed(_file())],
)
example(
    "organisation_state_unknown",
    "A way back is opened in another browser.",
    lambda: [doors._NOT_BEGUN_HERE],
)
example("organisation_state_used", "A way back is opened twice.", in_small_trust(_twice))
example(
    "organisation_groups_unknown",
    "A teacher of the council signs in.",
    _arriving(group="schools"),
)
example(
    "organisation_person_unknown",
    "A new officer of the council signs in before anybody has added them.",
    _arriving(username="n.new"),
)
example(
    "organisation_person_differs",
    "The council has a person of the name that is kept for emergencies.",
    _arriving(username=_ADMINISTRATOR, more=f"break_glass: [{_ADMINISTRATOR}]\n"),
)
example("sign_in_file_unreadable", "The file is a list.", lambda: _file(said="- issuer\n"))
example("sign_in_secret_written_down", "The file holds the secret.", lambda: _file("secret: x\n"))
example(
    "group_named_twice",
    "A group is given two roles.",
    lambda: _file(said=_AGREED.replace("}]", "}, {group: trust-finance, role: approver}]")),
)
example(
    "break_glass_missing",
    "Passwords are off for everybody.",
    lambda: _file("local_accounts: break_glass\n"),
)
example(
    "break_glass_unfit",
    "An auditor is named for emergencies.",
    in_small_trust(_without_break_glass),
)
