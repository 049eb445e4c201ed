"""Issued reports are as they were given out, from books that are in the chain."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session

from ledger.chain import GENESIS
from ledger.problems import Problem
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import IssuedReportRow, table_of

_ISSUED = table_of(IssuedReportRow)


def check_issued(session: Session) -> Iterator[Problem]:
    """Each paper against its two hashes, and its books' head against the chain."""
    query = select(
        _ISSUED.c.number,
        _ISSUED.c.contents,
        _ISSUED.c.contents_sha256,
        _ISSUED.c.pdf,
        _ISSUED.c.pdf_sha256,
        _ISSUED.c.books_head,
        JOURNAL.c.number.label("journal"),
    ).outerjoin(JOURNAL, JOURNAL.c.hash == _ISSUED.c.books_head)
    rows = session.execute(query.order_by(_ISSUED.c.turn), execution_options={"yield_per": 20})
    for row in rows:
        for what, data, kept in (
            ("contents", row.contents.encode(), row.contents_sha256),
            ("PDF", base64.b64decode(row.pdf), row.pdf_sha256),
        ):
            found = hashlib.sha256(data).hexdigest()
            if found != kept:
                yield Problem(
                    "issued_report_differs",
                    f"The {what} of {row.number} has the hash {found[:12]}…; it was issued with "
                    f"{kept[:12]}….",
                    row.number,
                )
        if row.journal is None and row.books_head != GENESIS:
            yield Problem(
                "issued_report_of_other_books",
                f"{row.number} was made from books with the head {row.books_head[:12]}…, which no "
                "journal of these books has.",
                row.number,
            )
