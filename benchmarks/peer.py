"""Beancount and beanquery asked what the board asks, in a process of their own.

``python -m benchmarks.peer MAIN…`` prints one JSON object: the seconds to load and to ask, the most
memory held, and expense by book, period and outcome.
"""

from __future__ import annotations

import json
import sys
import time

import beanquery
from beancount import loader

from benchmarks.measuring import peak_megabytes

QUESTION = """
SELECT entry_meta('book') AS book, entry_meta('period') AS period, meta('outcome') AS outcome,
       sum(number) AS amount
WHERE account ~ '^Expenses:'
GROUP BY book, period, outcome
"""


def main(paths: list[str]) -> None:
    load = ask = 0.0
    found: list[list[str]] = []
    errors = 0
    for path in paths:
        started = time.perf_counter()
        entries, problems, options = loader.load_file(path)
        load += time.perf_counter() - started
        errors += len(problems)
        connection = beanquery.connect(
            "beancount:", entries=entries, errors=problems, options=options
        )
        started = time.perf_counter()
        rows = connection.execute(QUESTION).fetchall()
        ask += time.perf_counter() - started
        found += [[str(cell or "") for cell in row] for row in rows]
    answer = {"load": load, "ask": ask, "errors": errors, "found": found}
    answer["megabytes"] = peak_megabytes()
    print(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1:])
