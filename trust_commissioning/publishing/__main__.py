"""Publishing once, in a process of its own: ``python -m trust_commissioning.publishing``.

The trust is the one the environment names. Prints nothing; exits with 0 where the books are up
to date, 3 where they were withheld.
"""

import sys

from trust_commissioning import clock, settings
from trust_commissioning.publishing import note, publish
from trust_commissioning.store import engine_for, reading, transaction


def main() -> int:
    place = settings.load()
    engine = engine_for(place.url)
    with reading(engine) as session:
        publication = publish(session, place.books_dir, clock.now())
    if publication.written or publication.problems:
        with transaction(engine) as session:
            note(session, publication)
    return 3 if publication.problems else 0


if __name__ == "__main__":
    sys.exit(main())
