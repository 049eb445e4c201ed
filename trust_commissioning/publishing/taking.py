"""The books of a partner's own funds, to be taken away and checked without us.

They are made as the published books are, of what the session lets be seen, and held against the
record in the same way before anybody is given them.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning.clock import in_full
from trust_commissioning.publishing.manifest import SUMMARY, Manifest, mains_in
from trust_commissioning.publishing.publication import SEAL, SUMS, Publication, publish
from trust_commissioning.store.sight import sight_of
from trust_commissioning.store.standing import funds, trust_name

HOW_TO_CHECK = "HOW-TO-CHECK.txt"


def books_to_take(session: Session, at: datetime) -> bytes:
    """A zip of the Beancount files of the funds that are seen, with how to check them.

    `session` is to be one unchanging view (`store.reading`).

    Raises:
        Refused: with every difference, if Beancount does not come to what the record says.
    """
    with TemporaryDirectory(prefix="books") as folder:
        made = Path(folder)
        publication = publish(session, made, at)
        if publication.problems:
            raise Refused(publication.problems)
        manifest = Manifest.read(made)
        assert manifest is not None
        said = _how_to_check(session, publication, list(_mains(manifest)))
        (made / HOW_TO_CHECK).write_text(said, encoding="utf-8", newline="\n")
        return _zipped(made, [HOW_TO_CHECK, SEAL, *sorted({*manifest.files, SUMS} - {SEAL})], at)


def _mains(manifest: Manifest) -> Iterator[str]:
    yield from mains_in(manifest)
    if SUMMARY in manifest.files:
        yield SUMMARY


def _how_to_check(session: Session, publication: Publication, mains: list[str]) -> str:
    seen = sight_of(session)
    of = seen.words if seen else "All funds."
    shown = "\n".join(f"  {code}: {fund.title}" for code, fund in funds(session).items())
    checks = "\n".join(f"  bean-check {name}" for name in mains)
    return f"""The books of {trust_name(session)}, made on {in_full(publication.at)}. {of}

The funds:
{shown or "  None."}

What is here
  {SEAL} says where the record stood: the place and the hash of its last journal.
  {SUMS} holds the sha256 of every file.
  In each year's folder are its chart of accounts, its opening balances, a file for each month
  of a book, and the balances each account must come to. main files include them.
  {SUMMARY} holds all years in sum.

How to check it without us
  sha256sum -c {SUMS}
  Install Beancount 3 (beancount on PyPI), then, in this folder:
{checks or "  Nothing has been posted in these funds yet."}
  A check that says nothing found every journal balanced in its fund, and every balance as stated.

Each journal has its number, its place in the chain and its hash as the host's record has them.
Journals of other funds stand between them in the chain and are not here: the host's auditors
check the whole of it.
"""


def _zipped(folder: Path, names: list[str], at: datetime) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            about = zipfile.ZipInfo(f"books/{name}", at.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            packed.writestr(about, (folder / name).read_bytes())
    return made.getvalue()
