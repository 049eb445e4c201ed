"""Commands for periods."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door, table

app = typer.Typer(no_args_is_help=True)
_ITEM = re.compile(r"[a-z_]+", re.ASCII)


@app.command("list")
def list_periods(data: Data = None, as_json: AsJson = False) -> None:
    """List the periods of every year, with what is posted and what waits in each."""
    from trust_commissioning import closing

    door = Door(data, as_json)
    with door.reads() as session:
        rows = [standing.as_json() for standing in closing.periods(session)]
    counts = ("posted", "waiting", "closings")
    columns = [(key, key.capitalize()) for key in ("period", "title", "status", *counts)]
    door.answer({"periods": rows}, lambda: table(columns, rows, right=counts))


_Name = Annotated[str, typer.Argument(help="The period, as “2003-04 P01”.")]


@app.command()
def close(
    period: _Name,
    reason: Annotated[
        list[str] | None,
        typer.Option(
            help="Why what is left may stay; ITEM=WHY for one item of the report month-end."
        ),
    ] = None,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Close a period; prints its seal. What is left to do stops it, or needs a reason."""
    from trust_commissioning import closing

    door = Door(data, as_json)
    wanted = period_of(period)
    for_all, for_items = reasons_of(reason or [])
    with door.working(f"Closing {wanted} …"), door.writes() as session:
        seal = closing.close(
            session,
            wanted,
            by=door.person(session, by),
            at=clock.now(),
            reason=for_all,
            reasons=for_items,
        )
    door.answer({"period": period, "seal": seal}, f"{wanted} is closed. Its seal is {seal}.")


@app.command()
def reopen(
    period: _Name,
    reason: Annotated[str, typer.Option(help="Why it is to be opened again.")],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask that a closed period be opened again; it stays closed until somebody else agrees."""
    from trust_commissioning import closing

    door = Door(data, as_json)
    wanted = period_of(period)
    with door.writes() as session:
        asked = closing.ask_reopening(
            session, wanted, reason=reason, by=door.person(session, by), at=clock.now()
        )
    door.answer(
        {"period": period, "status": "asked", "asked_by": asked.asked_by, "reason": asked.reason},
        f"Asked for {wanted} to be opened again. It stays closed until somebody else agrees.",
    )


@app.command()
def agree(period: _Name, by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Agree that a period is opened again, as another person asked."""
    from trust_commissioning import closing

    door = Door(data, as_json)
    wanted = period_of(period)
    with door.writes() as session:
        agreed = closing.agree_reopening(
            session, wanted, by=door.person(session, by), at=clock.now()
        )
    door.answer(
        {
            "period": period,
            "status": "open",
            "asked_by": agreed.asked_by,
            "agreed_by": agreed.agreed_by,
            "reason": agreed.reason,
        },
        f"{wanted} is open again. Every later report of its year says so.",
    )


def period_of(text: str) -> Period:
    """A period as it was typed.

    Raises:
        Refused: ``period_unreadable``.
    """
    try:
        return Period.parse(text)
    except ValueError as unreadable:
        raise Refused.because("period_unreadable", str(unreadable), "period") from unreadable


def reasons_of(said: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The reason for every item, and those said of one: ``drafts=kept for May``."""
    for_all, for_items = "", {}
    for one in said:
        item, equals, why = one.partition("=")
        if equals and _ITEM.fullmatch(item):
            for_items[item] = why
        else:
            for_all = one
    return for_all, for_items
