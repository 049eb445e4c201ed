"""The audit trail: who did what and when, written in the same transaction as what was done."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session

from trust_commissioning.clock import as_text
from trust_commissioning.store.tables import AuditEventRow


def record(
    session: Session,
    *,
    by: str,
    at: datetime,
    action: str,
    object_kind: str,
    object_key: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """Note an audited act. `before` and `after` hold what changed; never a password or a token."""
    session.execute(
        insert(AuditEventRow).values(
            at=as_text(at),
            person=by,
            action=action,
            object_kind=object_kind,
            object_key=object_key,
            before=json.dumps(before, ensure_ascii=False, default=str) if before else "",
            after=json.dumps(after, ensure_ascii=False, default=str) if after else "",
        )
    )
