"""Files kept with journals are as they were given: their hash stands in the audit trail."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator

from sqlalchemy import String, and_, cast, select
from sqlmodel import Session

from ledger.problems import Problem
from trust_commissioning.store.attachments import ATTACHMENT
from trust_commissioning.store.tables import AuditEventRow, table_of

_AUDIT = table_of(AuditEventRow)


def check_attached(session: Session) -> Iterator[Problem]:
    """Each file against its hash and size, and both against the act by which it came."""
    noted = {
        (key, json.loads(after).get("sha256"))
        for key, after in session.execute(
            select(_AUDIT.c.object_key, _AUDIT.c.after).where(
                and_(_AUDIT.c.object_kind == "journal", _AUDIT.c.action == "attach")
            )
        )
    }
    query = select(ATTACHMENT, cast(ATTACHMENT.c.journal_id, String).label("key"))
    rows = session.execute(
        query.order_by(ATTACHMENT.c.journal_id, ATTACHMENT.c.turn),
        execution_options={"yield_per": 5},
    )
    for row in rows:
        try:
            data = base64.b64decode(row.data, validate=True)
        except ValueError:
            data = b""
        found = (hashlib.sha256(data).hexdigest(), len(data))
        if found != (row.sha256, row.size) or (row.key, row.sha256) not in noted:
            yield Problem(
                "attachment_differs",
                f"File {row.turn} of the journal with id {row.key} is not the one that was kept "
                "with it.",
                f"attachment[{row.key}, {row.turn}]",
            )
