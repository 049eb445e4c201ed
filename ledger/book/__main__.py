"""Prints what Beancount makes of main files, as JSON: one line for each.

Run as ``python -m ledger.book FILE…`` so that the load and its memory end with the process.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

from ledger.book.read import read


def main(paths: list[str]) -> None:
    gc.disable()
    for path in paths:
        reading = read(Path(path))
        answer = {
            "path": path,
            "problems": [problem.as_json() for problem in reading.problems],
            "balances": [[*coding, amount.pence] for coding, amount in reading.balances.items()],
            "links": reading.links,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        gc.collect()


if __name__ == "__main__":
    main(sys.argv[1:])
