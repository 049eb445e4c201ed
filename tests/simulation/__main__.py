"""A trust at work for some days: ``./trust simulate --days 60 --seed 7 --postgres``."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.wording import counted
from tests.simulation.at_work import NotAsTold, TrustAtWork
from tests.support import demo, postgres
from trust_commissioning.store import engine_for

DIFFERENCE = 3


def main(words: list[str], load: Callable[[str], object] = demo.load_into) -> int:
    """`load` puts the demo trust into the empty database at an address."""
    asked = _asked(words)
    ends = time.monotonic() + asked.minutes * 60
    where = "PostgreSQL" if asked.postgres else "SQLite"
    with TemporaryDirectory() as folder, _database(asked.postgres, Path(folder)) as url:
        print(f"The demo trust on {where}, seed {asked.seed}.", flush=True)
        load(url)
        trust = TrustAtWork(engine_for(url), Path(folder), asked.seed)
        try:
            days = trust.work(
                asked.days,
                until=lambda: time.monotonic() > ends,
                say=lambda line: print(line, flush=True),
            )
            trust.agree()
            trust.verify()
        except NotAsTold as fault:
            print(f"Seed {asked.seed}: {fault}", file=sys.stderr)
            return DIFFERENCE
        finally:
            trust.engine.dispose()
    if days < asked.days:
        print(f"It ended after {counted(days, 'day')}: the time given, or the year, was over.")
    print(f"{counted(days, 'day')}; {trust.told_so_far()}.")
    print("The record's check and the check of the published books both hold.")
    return 0


def _asked(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./trust simulate", description=__doc__)
    parser.add_argument("--days", type=int, default=60, help="how many days to live through")
    parser.add_argument("--seed", type=int, default=1, help="what draws them; the same, the same")
    parser.add_argument("--minutes", type=float, default=10, help="stop then, wherever it is")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    return parser.parse_args(words)


@contextmanager
def _database(on_postgres: bool, folder: Path) -> Iterator[str]:
    if not on_postgres:
        yield f"sqlite:///{folder / 'trust.sqlite3'}"
        return
    keeping = postgres.start()
    if keeping is None:
        sys.exit(postgres.NOT_HERE)
    try:
        yield keeping.server.fresh()
    finally:
        keeping.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
