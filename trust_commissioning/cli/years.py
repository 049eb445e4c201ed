"""Commands for years."""

from __future__ import annotations

from typing import Annotated

import typer

from ledger.periods import FinancialYear
from ledger.problems import Refused
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door
from trust_commissioning.cli.periods import reasons_of

app = typer.Typer(no_args_is_help=True)


@app.callback()
def years() -> None:
    """The financial years."""


@app.command()
def close(
    year: Annotated[str, typer.Argument(help="The year, as 2003-04.")],
    reason: Annotated[
        list[str] | None,
        typer.Option(
            help="Why what is left may stay; ITEM=WHY for one item of the report year-end."
        ),
    ] = None,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Close a year for good: give back what its rules say, close period 13, open the next year."""
    from trust_commissioning import closing

    door = Door(data, as_json)
    try:
        wanted = FinancialYear.parse(year)
    except ValueError as unreadable:
        raise Refused.because("year_unreadable", str(unreadable), "year") from unreadable
    for_all, for_items = reasons_of(reason or [])
    with door.working(f"Closing {wanted} …"), door.writes() as session:
        done = closing.close_year(
            session,
            wanted,
            by=door.person(session, by),
            at=clock.now(),
            reason=for_all,
            reasons=for_items,
        )
    said = [f"{wanted} is closed for good. The seal of its period 13 is {done.seal}."]
    if done.given_back:
        said.append(f"Given back by {', '.join(done.given_back)}.")
    if done.opened_next:
        said.append(f"{wanted.next} is open.")
    door.answer(done.as_json(), "\n".join(said))
