"""A command is answered at once: what is heavy is loaded where it is used, not where it is named."""

import subprocess
import sys

import pytest

from trust_commissioning import issuing, names
from trust_commissioning.cli.issuing import TOLERANCE
from trust_commissioning.recording import EVENTS
from trust_commissioning.reports import REPORTS
from trust_commissioning.reports.papers import KINDS
from trust_commissioning.roles import Role

HEAVY = set(
    "alembic argon2 authlib beancount beanquery fastapi fava httpx joserfc numpy openpyxl pandas "
    "psycopg pydantic sqlalchemy sqlmodel starlette streamlit typst uvicorn yaml".split()
)
EVERY_HELP = """
import sys
import typer
from trust_commissioning.cli import app

def helps(command, context):
    command.get_help(context)
    for name, under in getattr(command, "commands", {}).items():
        helps(under, typer.Context(under, parent=context, info_name=name))

whole = typer.main.get_command(app)
helps(whole, typer.Context(whole, info_name="trust"))
"""
SERVICES = """
import sys
import trust_commissioning.shapes
import trust_commissioning.store.migrating
from trust_commissioning import closing, importing, invoicing, pooling, posting, reports
from trust_commissioning.importing import loading
from trust_commissioning.reports import papers
"""


def loaded_by(code: str) -> set[str]:
    """The packages a Python of its own has loaded when it has run this."""
    told = "\nprint(*{name.partition('.')[0] for name in sys.modules})"
    ran = subprocess.run(
        [sys.executable, "-c", code + told], capture_output=True, check=True, text=True
    )
    return set(ran.stdout.split())


def test_the_help_of_every_command_loads_nothing_heavy() -> None:
    loaded = loaded_by(EVERY_HELP)

    assert "typer" in loaded
    assert not loaded & HEAVY


@pytest.mark.slow
def test_a_plain_report_or_posting_loads_no_workbooks_migrations_or_papers() -> None:
    used = {"pydantic", "sqlalchemy", "sqlmodel", "yaml"}

    loaded = loaded_by(SERVICES)

    assert loaded & HEAVY == used


def test_the_process_that_checks_the_books_loads_no_query_language() -> None:
    loaded = loaded_by("import sys\nimport ledger.book.__main__")

    assert "beancount" in loaded
    assert "beanquery" not in loaded


@pytest.mark.parametrize(
    ("said", "carried"),
    [
        (names.REPORTS, tuple(REPORTS)),
        (names.PAPERS, tuple(KINDS)),
        (names.EVENTS, tuple(EVENTS)),
        (names.ROLES, tuple(role.value for role in Role)),
        ((TOLERANCE,), (issuing.TOLERANCE.plain,)),
    ],
    ids=["reports", "papers", "business events", "roles", "the tolerance of an issued report"],
)
def test_what_help_says_by_name_is_what_there_is(
    said: tuple[str, ...], carried: tuple[str, ...]
) -> None:
    assert said == carried
