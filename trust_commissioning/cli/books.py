"""Commands for the published books."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door, found_differences

app = typer.Typer(no_args_is_help=True)


@app.command()
def publish(by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Bring the Beancount copy to what the record says; a copy that differs is withheld."""
    from trust_commissioning import publishing, roles

    door = Door(data, as_json)
    folder = door.settings.books_dir
    with door.reads() as session:
        roles.check(session, door.person(session, by), roles.Action.PUBLISH_BOOKS)
    with door.working("Publishing the books …"), door.reads() as session:
        publication = publishing.publish(session, folder, clock.now())
    with door.writes() as session:
        publishing.note(session, publication)
    if publication.problems:
        raise Refused(publication.problems)
    head = publication.head
    door.answer(
        {"folder": str(folder), "head_sequence": head.sequence, "head_hash": head.hash},
        f"Published in {folder}: {counted(head.sequence, 'journal')}, head {head.hash}.",
    )


@app.command()
def verify(data: Data = None, as_json: AsJson = False) -> None:
    """Check the published books by Beancount's own arithmetic; exit 3 with what differs."""
    from trust_commissioning import publishing

    door = Door(data, as_json)
    with door.working("Verifying the books …"), door.reads() as session:
        problems = publishing.verify(session, door.settings.books_dir)
    found_differences(door, problems, "The published books agree with the record to the penny.")


@app.command()
def seal(
    find: Annotated[
        str, typer.Option(help="A hash or seal from paper: does the record still have it?")
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the hash that ties figures on paper to the books as they are now.

    With --find, say what a hash from paper is in this record; exit 3 where it is not there.
    """
    from trust_commissioning.reports.seals import sealed_as
    from trust_commissioning.reports.shape import books_head

    door = Door(data, as_json)
    with door.reads() as session:
        head = books_head(session)
        found = sealed_as(session, find) if find else ""
    if not find:
        door.answer({"head_hash": head}, head)
        return
    found_differences(door, [] if found else [_not_of_this_record(find)], f"It is {found}.")


def _not_of_this_record(find: str) -> Problem:
    return Problem(
        "seal_not_of_this_record",
        f"No journal or closed period of this record has {find}: the paper is of another record, "
        "or this one has been changed.",
        "find",
    )
