"""Examples of what stops a file being kept with a journal, or typing being kept by itself."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from tests.docs.examples.kept import example, in_small_trust
from tests.support.trusts import APPROVER, AT, CLERK, journal
from trust_commissioning import entering, posting

_PAID = "Expenses:Unallocated 100.00 / Assets:HostCash -100.00"
_PDF = b"%PDF-1.4 an invoice"


def _giving(name: str, data: bytes) -> Callable[[Session], object]:
    def run(session: Session) -> object:
        id = posting.save_draft(session, journal(_PAID), by=CLERK, at=AT)
        return entering.attach(session, id, name=name, data=data, by=CLERK, at=AT)

    return run


def _twenty_one(session: Session) -> object:
    id = posting.save_draft(session, journal(_PAID), by=CLERK, at=AT)
    for turn in range(21):
        data = _PDF + str(turn).encode()
        entering.attach(session, id, name=f"{turn}.pdf", data=data, by=CLERK, at=AT)
    return []


def _not_there(session: Session) -> object:
    id = posting.save_draft(session, journal(_PAID), by=CLERK, at=AT)
    entering.detach(session, id, 1, by=CLERK, at=AT)
    return []


def _posted(session: Session) -> object:
    id = posting.submit(session, journal(_PAID), by=CLERK, at=AT)
    entering.attach(session, id, name="invoice.pdf", data=_PDF, by=CLERK, at=AT)
    posting.post_submitted(session, id, by=APPROVER, at=AT)
    entering.detach(session, id, 1, by=CLERK, at=AT)
    return []


def _a_book(session: Session) -> object:
    typed = {"narration": "x" * 400_000}
    entering.keep(session, "token", typed, by=CLERK, at=AT)
    return []


example(
    "attachment_name_unfit",
    "A file is given under a path.",
    in_small_trust(_giving("../invoice.pdf", _PDF)),
)
example("attachment_empty", "An empty file is given.", in_small_trust(_giving("a.pdf", b"")))
example(
    "attachment_too_large",
    "A scan of eleven mebibytes is given.",
    in_small_trust(_giving("scan.pdf", b"%PDF-" + bytes(11 * 2**20))),
)
example(
    "attachment_type_unknown",
    "A program is given under the name of a PDF.",
    in_small_trust(_giving("invoice.pdf", b"MZ\x90\x00")),
)
example("too_many_attachments", "A twenty-first file is given.", in_small_trust(_twenty_one))
example(
    "attachment_unknown", "A file that was never given is taken away.", in_small_trust(_not_there)
)
example("attachment_is_kept", "A file of a posted journal is taken away.", in_small_trust(_posted))
example("too_much_typed", "A whole book is pasted as a narration.", in_small_trust(_a_book))
