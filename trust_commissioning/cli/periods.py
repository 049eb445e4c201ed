"""Commands for periods."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning import clock, closing
from trust_commissioning.cli.door import AsJson, By, Data, Door, table

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_periods(data: Data = None, as_json: AsJson = False) -> None:
    """List the periods of every year, with what is posted and what waits in each."""
    door = Door(data, as_json)
    with door.reads() as session:
        rows = [standing.as_json() for standing in closing.periods(session)]
    columns = [
        (key, key.capitalize()) for key in ("period", "title", "status", "posted", "waiting")
    ]
    door.answer({"periods": rows}, lambda: table(columns, rows, right=["posted", "waiting"]))


@app.command()
def close(
    period: Annotated[str, typer.Argument(help="The period, as “2003-04 P01”.")],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Close a period for good; prints its seal."""
    door = Door(data, as_json)
    try:
        wanted = Period.parse(period)
    except ValueError as unreadable:
        raise Refused.because("period_unreadable", str(unreadable), "period") from unreadable
    with door.working(f"Closing {wanted} …"), door.writes() as session:
        seal = closing.close(session, wanted, by=door.person(session, by), at=clock.now())
    door.answer({"period": period, "seal": seal}, f"{wanted} is closed. Its seal is {seal}.")
