"""Commands for one journal: submitted by one person, posted by another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ledger.problems import Refused
from trust_commissioning import clock, posting
from trust_commissioning.cli.door import AsJson, By, Data, Door, contents_of, table
from trust_commissioning.shapes import journal_json, read_journal
from trust_commissioning.store import journals

app = typer.Typer(no_args_is_help=True)
_LAST_ID = 2**63 - 1


@app.command()
def submit(
    file: Annotated[
        Path, typer.Argument(help="The journal, as JSON.", exists=True, dir_okay=False)
    ],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Hand a journal over for another person to post; prints its id."""
    door = Door(data, as_json)
    journal = read_journal(contents_of(file), name=file.name)
    with door.writes() as session:
        id = posting.submit(session, journal, by=door.person(session, by), at=clock.now())
        version = journals.by_id(session, id)
    assert version is not None
    door.answer(
        {"id": id, "status": version.status, "version": version.version},
        f"Submitted with id {id}; another person posts it with: trust journal post {id}",
    )


@app.command()
def post(
    id: Annotated[int, typer.Argument(help="The id that submit printed.", min=1, max=_LAST_ID)],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Post a journal somebody else submitted; prints its number."""
    door = Door(data, as_json)
    with door.writes() as session:
        number = posting.post_submitted(session, id, by=door.person(session, by), at=clock.now())
    door.answer({"id": id, "number": number}, f"Posted as {number}.")


@app.command()
def reverse(
    number: Annotated[str, typer.Argument(help="The journal's number, as 2003-04/000123.")],
    reason: Annotated[str, typer.Option(help="Why it is reversed.")],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask for the opposite of a posted journal; another person posts it. Prints its id."""
    door = Door(data, as_json)
    with door.writes() as session:
        id = posting.reverse(
            session, number, reason=reason, by=door.person(session, by), at=clock.now()
        )
    door.answer(
        {"id": id, "reverses": number},
        f"The reversal of {number} waits with id {id}; another person posts it.",
    )


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A journal's number, or the id of a waiting one.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show one journal whole."""
    door = Door(data, as_json)
    with door.reads() as session:
        by_id = number.isascii() and number.isdigit() and int(number) <= _LAST_ID
        stored = journals.by_id(session, int(number)) if by_id else None
        stored = stored or journals.by_number(session, number)
    if stored is None:
        raise Refused.because("journal_unknown", f"There is no journal {number}.", "number")
    shown = journal_json(stored)
    door.answer(shown, lambda: _words(shown))


@app.command("list")
def waiting(data: Data = None, as_json: AsJson = False) -> None:
    """List the drafts and the submitted journals that wait."""
    door = Door(data, as_json)
    with door.reads() as session:
        shown = [journal_json(stored) for stored in journals.waiting(session)]
    columns = [(key, key.capitalize()) for key in ("id", "status", "fund", "author", "narration")]
    door.answer(
        {"journals": shown},
        lambda: table(columns, shown, right=["id"]) if shown else "No journal waits.",
    )


def _words(shown: dict[str, object]) -> str:
    heads = ("number", "status", "book", "fund", "period", "day", "payee", "narration", "author")
    lines = [f"{head}: {shown[head]}" for head in heads if shown[head]]
    postings = shown["postings"]
    assert isinstance(postings, list)
    columns = [
        (key, key.capitalize())
        for key in ("account", "amount", "service", "outcome", "partner", "contract")
    ]
    rows = [{key: value or "" for key, value in posting.items()} for posting in postings]
    return "\n".join([*lines, "", table(columns, rows, right=["amount"])])
