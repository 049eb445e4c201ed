"""Commands for people and their roles."""

from __future__ import annotations

import getpass
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ledger.problems import Refused
from trust_commissioning import clock, names
from trust_commissioning.cli.door import (
    AsJson,
    By,
    Data,
    Door,
    first_line,
    new_password,
    table,
)

app = typer.Typer(no_args_is_help=True)
RoleName = StrEnum("RoleName", {name.upper(): name for name in names.ROLES})  # type: ignore[misc]
Username = Annotated[str, typer.Argument(help="The person's username.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="A file whose first line is the password.", exists=True, dir_okay=False),
]


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[RoleName, typer.Option(help="What they are to the trust.")],
    email: Annotated[str, typer.Option(help="Where to write to them.")] = "",
    partner: Annotated[str | None, typer.Option(help="The partner they belong to.")] = None,
    password_file: PasswordFile = None,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Give a person an account; without a password file a password is made and printed once."""
    from trust_commissioning import passwords, people
    from trust_commissioning.roles import Role

    door = Door(data, as_json)
    made = None if password_file else passwords.generated()
    password = made or new_password(password_file)
    with door.writes() as session:
        people.add(
            session,
            username,
            name=name,
            role=Role(role),
            email=email,
            partner=partner,
            password=password,
            by=door.person(session, by),
            at=clock.now(),
        )
    words = f"{name} may sign in as {username}."
    if made:
        words += f" The password is: {made}"
    door.answer({"username": username, "role": role.value, "password": made}, words)


@app.command()
def disable(username: Username, by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Take a person's access away, at once."""
    from trust_commissioning import people

    door = Door(data, as_json)
    with door.writes() as session:
        people.disable(session, username, by=door.person(session, by), at=clock.now())
    door.answer({"username": username, "active": False}, f"{username} may no longer sign in.")


@app.command("role")
def set_role(
    username: Username,
    role: Annotated[RoleName, typer.Argument(help="What they are from now on.")],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change what a person is to the trust."""
    from trust_commissioning import people
    from trust_commissioning.roles import Role

    door, given = Door(data, as_json), Role(role)
    with door.writes() as session:
        people.set_role(session, username, given, by=door.person(session, by), at=clock.now())
    door.answer({"username": username, "role": given.value}, f"{username} is now {given.title}.")


@app.command()
def enable(username: Username, by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Give a disabled person access again."""
    from trust_commissioning import people

    door = Door(data, as_json)
    with door.writes() as session:
        people.enable(session, username, by=door.person(session, by), at=clock.now())
    door.answer({"username": username, "active": True}, f"{username} may sign in again.")


@app.command("password")
def set_password(
    username: Username,
    password_file: PasswordFile = None,
    current_password_file: Annotated[
        Path | None,
        typer.Option(
            help="To change one's own: a file whose first line is the password until now.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set a person's password, or change one's own; they are signed out everywhere."""
    from trust_commissioning import people
    from trust_commissioning.roles import Action, may

    door = Door(data, as_json)
    with door.reads() as session:
        person = door.person(session, by)
        found = people.find(session, person)
    manages = found is not None and may(found.role, Action.MANAGE_PEOPLE)
    current = first_line(current_password_file) if current_password_file else None
    if current is None and person == username and not manages and sys.stdin.isatty():
        current = getpass.getpass("Current password: ")
    password = new_password(password_file)
    if not password:
        raise Refused.because("password_missing", "Give the password in a file.", "password_file")
    at = clock.now()
    with door.writes() as session:
        if current is not None and person == username:
            people.change_own_password(session, username, current, password, at=at)
        else:
            people.set_password(session, username, password, by=person, at=at)
    door.answer({"username": username}, f"The password of {username} is changed.")


@app.command("word")
def give_word(username: Username, by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Give a person a word for one sign-in, at which they choose their own password."""
    from trust_commissioning import people

    door = Door(data, as_json)
    with door.writes() as session:
        word = people.give_word(session, username, by=door.person(session, by), at=clock.now())
    door.answer(
        {"username": username, "word": word},
        f"{username} signs in once, within three days, with this word: {word}",
    )


@app.command("sign-out")
def sign_out(username: Username, by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Sign a person out everywhere."""
    from trust_commissioning import people

    door = Door(data, as_json)
    with door.writes() as session:
        ended = people.sign_out_everywhere(
            session, username, by=door.person(session, by), at=clock.now()
        )
    door.answer({"username": username, "ended": ended}, f"{username} is signed out everywhere.")


@app.command("list")
def list_people(data: Data = None, as_json: AsJson = False) -> None:
    """List everybody with an account."""
    from trust_commissioning import people

    door = Door(data, as_json)
    with door.reads() as session:
        everybody = people.everybody(session)
    rows = [
        {
            "username": person.username,
            "name": person.name,
            "role": person.role.value,
            "partner": person.partner or "",
            "active": "yes" if person.active else "no",
        }
        for person in everybody
    ]
    columns = [(key, key.capitalize()) for key in ("username", "name", "role", "partner", "active")]
    door.answer({"people": rows}, lambda: table(columns, rows, right=[]))
