"""One running example of each problem code, from which docs/problems.md is made."""

from tests.docs.examples import (
    applying,
    books,
    budgets,
    closing,
    dashboards,
    extracts,
    files,
    grants,
    journals,
    keeping,
    papers,
    people,
    pools,
    record,
    risk,
    web,
)
from tests.docs.examples.kept import EXAMPLES, Example, produced

__all__ = [
    "EXAMPLES",
    "Example",
    "applying",
    "books",
    "budgets",
    "closing",
    "dashboards",
    "extracts",
    "files",
    "grants",
    "journals",
    "keeping",
    "papers",
    "people",
    "pools",
    "produced",
    "record",
    "risk",
    "web",
]
