"""The commands put together, with how a refusal leaves the program."""

from __future__ import annotations

import sys

import typer

from ledger.problems import Refused
from trust_commissioning.cli import books, files, founding, journals, keeping, people, periods
from trust_commissioning.cli import reports as reporting
from trust_commissioning.cli.door import REFUSED, refuse

app = typer.Typer(
    name="trust",
    help="A children's trust's pooled-budget ledger.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
founding.add_to(app)
app.add_typer(files.app, name="import", help="Load a file: spend, journals, a budget.")
app.add_typer(journals.app, name="journal", help="One journal, by two people.")
app.add_typer(periods.app, name="period", help="The periods of the years.")
reporting.add_to(app)
app.add_typer(books.app, name="books", help="The Beancount copy of the record.")
keeping.add_to(app)
app.add_typer(people.app, name="user", help="People and their roles.")


def main() -> None:
    """Run a command; a refusal prints its problems and exits with 1."""
    try:
        app()
    except Refused as refused:
        refuse(refused.problems, as_json="--json" in sys.argv)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
