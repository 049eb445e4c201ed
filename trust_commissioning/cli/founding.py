"""Commands that make a trust and bring it to what a file says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.cli.door import (
    AsJson,
    By,
    Data,
    Door,
    contents_of,
    new_password,
    table,
)


def add_to(app: typer.Typer) -> None:
    app.command("init")(init)
    app.command("apply")(apply)
    app.command("demo")(demo)
    app.command("serve")(serve)


def init(
    name: Annotated[str, typer.Option(help="The trust's name.")],
    year: Annotated[str, typer.Option(help="The first financial year, as 2003-04.")],
    administrator: Annotated[
        str, typer.Option(help="The first administrator's username.")
    ] = "admin",
    password_file: Annotated[
        Path | None,
        typer.Option(
            help="A file whose first line is the administrator's password.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Make an empty trust: database, chart of accounts, a year with its periods open, a fund."""
    from trust_commissioning import founding
    from trust_commissioning.store import engine_for, migrate, transaction

    door = Door(data, as_json)
    place = door.settings
    first_year, password = _year(year), new_password(password_file) or None
    migrate(place.owner_url, everyday_url=place.url)
    with transaction(engine_for(place.url)) as session:
        founding.found(
            session,
            name=name,
            year=first_year,
            administrator=founding.Administrator(
                username=administrator, name="Administrator", password=password
            ),
            at=clock.now(),
        )
    door.answer(
        {"trust": name, "year": year, "fund": founding.GENERAL, "administrator": administrator},
        f"{name} is ready for {year}: fund {founding.GENERAL}, administrator {administrator}.",
    )


def _year(text: str) -> FinancialYear:
    try:
        return FinancialYear.parse(text)
    except ValueError as unreadable:
        raise Refused.because("year_unreadable", str(unreadable), "year") from unreadable


def apply(
    file: Annotated[
        Path,
        typer.Argument(help="What the trust should be, as YAML.", exists=True, dir_okay=False),
    ],
    dry_run: Annotated[bool, typer.Option(help="Only say what would change.")] = False,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Bring the trust to what a file says; applying it again changes nothing."""
    from trust_commissioning import applying

    door = Door(data, as_json)
    document = applying.read(contents_of(file))
    with door.working("Applying the file …"), door.writes() as session:
        changes = applying.apply(
            session, document, by=door.person(session, by), at=clock.now(), dry_run=dry_run
        )
    said = [str(change) for change in changes]
    door.answer(
        {"dry_run": dry_run, "changes": [change.as_json() for change in changes]},
        "\n".join(said) or "Nothing to change.",
    )


def demo(
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Stop after loading.")] = False,
    host: Annotated[str, typer.Option(help="The address to answer on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="The port. [default: 8400 or the next free]")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Load a complete made-up trust with its figures, then serve it.

    A demo that is there already is served as it is, with new passwords.
    """
    from trust_commissioning import people, publishing
    from trust_commissioning.demo import load_demo, renew_passwords
    from trust_commissioning.store import engine_for, migrate, reading, transaction

    door = Door(data, as_json)
    place = door.settings
    migrate(place.owner_url, everyday_url=place.url)
    engine = engine_for(place.url)
    at = clock.now()
    with door.working("Loading the demo trust …"), transaction(engine) as session:
        loaded = renew_passwords(session, at=at) or load_demo(session, at=at)
    with door.working("Publishing the books …"):
        with reading(engine) as session:
            publication = publishing.publish(session, place.books_dir, at)
        with transaction(engine) as session:
            publishing.note(session, publication)
    if publication.problems:
        raise Refused(publication.problems)
    to_try = place.data_dir / "to-try"
    to_try.mkdir(parents=True, exist_ok=True)
    for name, contents in loaded.to_try.items():
        (to_try / name).write_bytes(contents)
    with reading(engine) as session:
        roles = {person.username: person.role.title for person in people.everybody(session)}
    said = {"data": str(place.data_dir), "passwords": loaded.passwords, "to_try": str(to_try)}
    if as_json and not no_serve:
        _serve(door, host, port, said=said)
        return
    door.answer(
        said,
        "\n".join(
            [
                "The demo trust is loaded. Every person, provider and figure in it is made up.",
                f"Next month's extracts, to try the import with, are in {to_try}.",
                "Sign in as one of these:",
                "",
                table(
                    [("role", "Role"), ("name", "Username"), ("word", "Password")],
                    [
                        {"role": roles[name], "name": name, "word": word}
                        for name, word in loaded.passwords.items()
                    ],
                    right=[],
                ),
                "",
            ]
        ),
    )
    sys.stdout.flush()
    if not no_serve:
        _serve(door, host, port)


def serve(
    host: Annotated[str, typer.Option(help="The address to answer on.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="The port. [default: 8400 or the next free]")
    ] = None,
    behind_proxy: Annotated[
        bool,
        typer.Option(help="Believe a proxy on this machine about visitors' addresses and HTTPS."),
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Serve the trust: dashboards, books and API under one address and one sign-in.

    With --json the document with the address is printed once it answers.
    """
    door = Door(data, as_json)
    assert door.engine is not None
    _serve(door, host, port, behind_proxy=behind_proxy)


def _serve(
    door: Door,
    host: str,
    port: int | None,
    *,
    behind_proxy: bool = False,
    said: Mapping[str, object] | None = None,
) -> None:
    from trust_commissioning.server import serve as run

    def say(address: str) -> None:
        door.answer({**(said or {}), "address": address}, "")
        sys.stdout.flush()

    run(door.settings, host, port, behind_proxy=behind_proxy, say=say if door.as_json else None)
