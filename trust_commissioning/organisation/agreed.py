"""What was agreed with the organisation whose sign-in is used: one file, read when we begin.

Who its groups make of a person stands in the order of the file: the first group a person is in
decides, so that the answer does not hang on the order in which the organisation names them.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from sqlmodel import Session, select

from ledger.problems import Problem, Refused
from trust_commissioning import people
from trust_commissioning.fields.refusals import problems_from
from trust_commissioning.roles import Role
from trust_commissioning.store.tables import PartnerRow

_LONGEST = 2**16


def is_on_this_machine(address: str) -> bool:
    """Whether an address leads to this machine, where nobody listens in between."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "testserver")


def _web_address(address: str) -> str:
    parts = urlsplit(address)
    if not parts.netloc or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(f"“{address}” is not an address such as https://sign-in.example.gov.uk.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_on_this_machine(address)):
        raise ValueError(f"“{address}” does not begin with https://, so others could listen in.")
    return address


_Address = Annotated[str, AfterValidator(_web_address)]
_Word = Annotated[str, Field(min_length=1, max_length=200)]


class Group(BaseModel):
    """What a group of the organisation is to the trust."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    group: _Word
    role: Role
    partner: _Word | None = None


class Organisation(BaseModel):
    """An OpenID Connect provider and what its word is worth here."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Annotated[str, Field(min_length=1, max_length=100)]
    """What the button says: “Sign in with …”."""
    issuer: _Address
    client_id: _Word
    our_address: _Address
    """How browsers reach us; the provider sends people back to ``/sign-in/organisation/back``."""
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    scopes: _Word = "openid profile email"
    username_claim: _Word = "preferred_username"
    username_domain: str = ""
    """What follows the @ of our people's names there, and is left out here; with another it is
    another person, who has no account."""
    name_claim: _Word = "name"
    email_claim: _Word = "email"
    groups_claim: _Word = "groups"
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    unknown_people: Literal["refuse", "make"] = "refuse"
    local_accounts: Literal["all", "break_glass"] = "all"
    break_glass: tuple[_Word, ...] = ()

    @property
    def back(self) -> str:
        """Where the provider sends people back to."""
        return f"{self.our_address.rstrip('/')}/sign-in/organisation/back"

    def group_of(self, groups: object) -> Group | None:
        """The first of our groups, in the file's order, that a person is in."""
        theirs = {groups} if isinstance(groups, str) else set(_texts(groups))
        return next((one for one in self.groups if one.group in theirs), None)

    def may_use_a_password(self, username: str) -> bool:
        """Whether a person may come in by a password kept here."""
        return self.local_accounts == "all" or username in self.break_glass


def _texts(groups: object) -> Iterator[str]:
    if isinstance(groups, list | tuple):
        yield from (one for one in groups if isinstance(one, str))


def read(file: Path, secret: str = "") -> Organisation:
    """What the file says; `secret`, from the environment, comes before the file it names.

    Raises:
        Refused: everything in it that cannot be read.
    """
    try:
        text = file.read_bytes()
        held = yaml.safe_load(text) if len(text) <= _LONGEST else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as wrong:
        raise Refused.because(
            "sign_in_file_unreadable", f"{file.name} cannot be read as YAML.", file.name
        ) from wrong
    if not isinstance(held, dict):
        raise Refused.because(
            "sign_in_file_unreadable",
            f"{file.name} is not a set of named parts such as “issuer:” and “groups:”.",
            file.name,
        )
    if "secret" in held:
        raise Refused.because(
            "sign_in_secret_written_down",
            f"{file.name} holds the secret itself; name its file as secret_file, or give it in "
            "TRUST_ORGANISATION_SECRET.",
            "secret",
        )
    try:
        found = Organisation.model_validate({**held, "secret": secret})
    except ValidationError as wrong:
        raise Refused(list(problems_from(wrong, Organisation))) from None
    if problems := list(_problems_in(found)):
        raise Refused(problems)
    return found if secret else _with_secret(found, file.parent)


def _problems_in(found: Organisation) -> Iterator[Problem]:
    if found.local_accounts == "break_glass" and not found.break_glass:
        yield Problem(
            "break_glass_missing",
            "With local accounts off, name an administrator under break_glass: without one nobody "
            "could come in while the organisation's sign-in is away.",
            "break_glass",
        )
    named = [one.group for one in found.groups]
    for place, group in enumerate(named):
        if group in named[:place]:
            yield Problem(
                "group_named_twice",
                f"The group “{group}” is named twice; only the first would count.",
                f"groups[{place}].group",
            )


def _with_secret(found: Organisation, folder: Path) -> Organisation:
    if found.secret_file is None:
        return found
    try:
        secret = (folder / found.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise Refused.because(
            "sign_in_file_unreadable", f"{found.secret_file} cannot be read.", "secret_file"
        ) from wrong
    changed: dict[str, Any] = {"secret": SecretStr(secret)}
    return found.model_copy(update=changed)


def problems_here(session: Session, found: Organisation) -> list[Problem]:
    """What of the file does not hold in this trust, or an empty list."""
    partners = set(session.exec(select(PartnerRow.code)))
    return [
        *(
            Problem("partner_unknown", f"There is no partner “{one.partner}”.", f"groups[{place}]")
            for place, one in enumerate(found.groups)
            if one.partner is not None and one.partner not in partners
        ),
        *_break_glass_problems(session, found),
    ]


def _break_glass_problems(session: Session, found: Organisation) -> list[Problem]:
    """Why nobody could come in while the organisation's sign-in is away."""
    if found.local_accounts == "all":
        return []
    named = [people.find(session, username) for username in found.break_glass]
    if any(
        one and one.active and one.has_password and one.role is Role.ADMINISTRATOR for one in named
    ):
        return []
    return [
        Problem(
            "break_glass_unfit",
            f"Local accounts are off, and {', '.join(found.break_glass)} is not an active "
            "administrator with a password; give one with `trust user password`.",
            "break_glass",
        )
    ]
