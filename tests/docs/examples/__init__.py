"""One running example of each problem code, from which docs/problems.md is made."""

from tests.docs.examples import (
    applying,
    books,
    budgets,
    dashboards,
    extracts,
    files,
    journals,
    keeping,
    people,
    record,
    web,
)
from tests.docs.examples.kept import EXAMPLES, Example, produced

__all__ = [
    "EXAMPLES",
    "Example",
    "applying",
    "books",
    "budgets",
    "dashboards",
    "extracts",
    "files",
    "journals",
    "keeping",
    "people",
    "produced",
    "record",
    "web",
]
