"""Commands for one journal: submitted by one person, posted by another."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ledger.problems import Refused
from ledger.wording import counted, day_in_full
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door, contents_of, please_look, table

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
    from trust_commissioning import posting
    from trust_commissioning.files.identifiability import questions_in_journal
    from trust_commissioning.shapes import read_journal
    from trust_commissioning.store import journals

    door = Door(data, as_json)
    journal = read_journal(contents_of(file), name=file.name)
    with door.writes() as session:
        id = posting.submit(session, journal, by=door.person(session, by), at=clock.now())
        version = journals.by_id(session, id)
    assert version is not None
    questions = questions_in_journal(version.journal)
    words = f"Submitted with id {id}; another person posts it with: trust journal post {id}"
    door.answer(
        {
            "id": id,
            "status": version.status,
            "version": version.version,
            "warnings": [question.as_json() for question in questions],
        },
        "\n".join([words, *map(please_look, questions)]),
    )


@app.command()
def post(
    id: Annotated[int, typer.Argument(help="The id that submit printed.", min=1, max=_LAST_ID)],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Post a journal somebody else submitted; prints its number."""
    from trust_commissioning import posting

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
    from trust_commissioning import posting
    from trust_commissioning.files.identifiability import questions_in_journal
    from trust_commissioning.store import journals

    door = Door(data, as_json)
    with door.writes() as session:
        id = posting.reverse(
            session, number, reason=reason, by=door.person(session, by), at=clock.now()
        )
        asked = journals.by_id(session, id)
    assert asked is not None
    questions = questions_in_journal(asked.journal)
    words = f"The reversal of {number} waits with id {id}; another person posts it."
    door.answer(
        {
            "id": id,
            "reverses": number,
            "warnings": [question.as_json() for question in questions],
        },
        "\n".join([words, *map(please_look, questions)]),
    )


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="A journal's number, or the id of a waiting one.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show one journal whole."""
    from trust_commissioning.shapes import journal_json
    from trust_commissioning.store import journals

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
def listed(
    batch: Annotated[
        str, typer.Option(metavar="BATCH", help="The posted journals of this batch instead.")
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """List the drafts and the submitted journals that wait, or what a batch posted."""
    from trust_commissioning.shapes import journal_json
    from trust_commissioning.store import journals

    door = Door(data, as_json)
    if batch:
        _of_batch(door, batch)
        return
    with door.reads() as session:
        shown = [journal_json(stored) for stored in journals.waiting(session)]
    columns = [(key, key.capitalize()) for key in ("id", "status", "fund", "author", "narration")]
    door.answer(
        {"journals": shown},
        lambda: table(columns, shown, right=["id"]) if shown else "No journal waits.",
    )


def _of_batch(door: Door, batch: str) -> None:
    from trust_commissioning.shapes import line_json
    from trust_commissioning.store import journals

    wanted = journals.Search(batch=batch)
    with door.reads() as session:
        count, total = journals.search_totals(session, wanted)
        lines = journals.search(session, wanted, limit=count)
    columns = [
        (key, key.capitalize()) for key in ("number", "day", "fund", "payee", "narration", "amount")
    ]
    rows = [
        line_json(line) | {"day": day_in_full(date.fromisoformat(line.day)), "amount": line.amount}
        for line in lines
    ]
    door.answer(
        {
            "batch": batch,
            "journals": [line_json(line) for line in lines],
            "total_journals": count,
            "total_amount": total.plain,
        },
        lambda: (
            f"{table(columns, rows, right=['amount'])}\n\n{counted(count, 'journal')} of {batch}, "
            f"{total} of debits."
            if rows
            else f"Batch {batch} has posted no journal."
        ),
    )


def _words(shown: dict[str, object]) -> str:
    heads = ("number", "status", "book", "fund", "period", "day", "payee", "narration", "author")
    said = {**shown, "day": day_in_full(date.fromisoformat(str(shown["day"])))}
    lines = [f"{head}: {said[head]}" for head in heads if said[head]]
    postings = shown["postings"]
    assert isinstance(postings, list)
    columns = [
        (key, key.capitalize())
        for key in ("account", "amount", "service", "outcome", "partner", "contract", "call_off")
    ]
    rows = [{key: value or "" for key, value in posting.items()} for posting in postings]
    return "\n".join([*lines, "", table(columns, rows, right=["amount"])])
