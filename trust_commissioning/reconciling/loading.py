"""Taking in a bank statement: whole or not at all, once, following on the statement before."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from ledger.money import NIL, Money
from ledger.problems import Problem, Refused
from ledger.text import shown
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.bank_statement import BankFile, BankRow, read_statement
from trust_commissioning.files.identifiability import Texts, questions_in_file
from trust_commissioning.posting import lock_head
from trust_commissioning.progress import now
from trust_commissioning.reconciling.matching import match_certain
from trust_commissioning.store import audit, bank
from trust_commissioning.store.bank import BankAccount, Statement
from trust_commissioning.store.imports import BATCH, next_batch
from trust_commissioning.store.standing import chart
from trust_commissioning.store.standing import standing as standing_of

KIND = "bank"
"""The kind of a batch that is a bank statement."""


@dataclass(frozen=True, slots=True)
class BankLoaded:
    """What a statement came to. `rows_taken` are new lines; nothing is posted by any of them."""

    batch: str | None
    file_sha256: str
    rows_read: int
    rows_taken: int
    rows_loaded_before: int
    blank_rows: int
    total: Money
    opening: Money
    closing: Money
    matched: int
    warnings: tuple[Problem, ...]
    dry_run: bool

    def as_json(self) -> dict[str, object]:
        """The promised keys of `trust import`; a statement posts no journal."""
        return {
            "batch": self.batch,
            "file_sha256": self.file_sha256,
            "rows_read": self.rows_read,
            "rows_posted": 0,
            "rows_taken": self.rows_taken,
            "rows_loaded_before": self.rows_loaded_before,
            "rows_skipped": {"blank_row": self.blank_rows} if self.blank_rows else {},
            "total": self.total.plain,
            "control_total": None,
            "opening": self.opening.plain,
            "closing": self.closing.plain,
            "journals": 0,
            "not_attributed": NIL.plain,
            "matched": self.matched,
            "dry_run": self.dry_run,
            "warnings": [one.as_json() for one in self.warnings],
            "problems": [],
        }


def load_statement(
    session: Session,
    data: bytes,
    *,
    name: str,
    of: BankAccount,
    by: str,
    at: datetime,
    closing: Money | None = None,
    dry_run: bool = False,
) -> BankLoaded:
    """Take in the lines of a statement that are not there yet, then match what is certain.

    A line is known again by its day, amount, words, reference and balance, so a file that overlaps
    an earlier one adds only what is new. `closing` is the balance at its end where the file has no
    balances. Nothing is posted.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    file = read_statement(data, name=name)
    ends_at = _closing(file, closing)
    problems = [*_check_account(session, of), *file.problems]
    if not problems and isinstance(ends_at, Problem):
        problems.append(ends_at)
    if problems or isinstance(ends_at, Problem):
        raise Refused(problems)
    before = bank.statements(session, of)
    new = list(_new(file, bank.occurrences(session, of)))
    opening = ends_at - Money.total(row.amount for row, _, _ in new)
    if new and before and opening != before[-1].closing:
        raise Refused.because(
            "bank_statement_does_not_follow",
            f"The last statement closed at {before[-1].closing} and the new lines of this one begin "
            f"at {opening}: a statement is missing between them, or lines of it differ.",
            "opening",
        )
    batch: str | None = None
    matched = 0
    if new and not dry_run:
        batch = _keep(
            session, file, new, shown(name), of, opening, ends_at, first=not before, by=by, at=at
        )
    if not dry_run:
        now("Matching what is certain")
        matched = match_certain(session, of, by=by, at=at)
    texts = (Texts(one.row, one.day, {"description": one.words}) for one in file.rows)
    return BankLoaded(
        batch=batch,
        file_sha256=file.sha256,
        rows_read=len(file.rows) + file.blank_rows,
        rows_taken=len(new),
        rows_loaded_before=len(file.rows) - len(new),
        blank_rows=file.blank_rows,
        total=Money.total(row.amount for row, _, _ in new),
        opening=opening,
        closing=ends_at,
        matched=matched,
        warnings=tuple(questions_in_file(texts)),
        dry_run=dry_run,
    )


def _closing(file: BankFile, said: Money | None) -> Money | Problem:
    """The balance at its end, as the file or a person says it."""
    if said is not None and file.closing not in (None, said):
        return Problem(
            "bank_balance_differs",
            f"You say it closes at {said}, and the file at {file.closing}.",
            "closing",
        )
    ends_at = file.closing if file.closing is not None else said
    if ends_at is not None:
        return ends_at
    return Problem(
        "bank_balance_missing",
        "The file has no balances, so say what was in the account at its end.",
        "closing",
    )


def _check_account(session: Session, of: BankAccount) -> Iterator[Problem]:
    account = chart(session).get(of.account)
    if account is None:
        yield Problem("account_unknown", f"There is no account “{of.account}”.", "account")
    elif not of.account.startswith("Assets:"):
        yield Problem(
            "bank_account_unfit", f"{of.account} holds no money, so no bank keeps it.", "account"
        )
    if of.fund and of.fund not in standing_of(session).funds:
        yield Problem("fund_unknown", f"There is no fund “{of.fund}”.", "fund")
    other = [
        one.fund or "all funds"
        for one in bank.accounts(session)
        if one.account == of.account and one != of and "" in (one.fund, of.fund)
    ]
    if other:
        yield Problem(
            "bank_account_kept_otherwise",
            f"There are statements of {of.account} for {other[0]}: one bank account is of one fund or "
            "of all of them.",
            "fund",
        )


def _new(file: BankFile, there: dict[str, int]) -> Iterator[tuple[BankRow, str, int]]:
    """The lines that are not there yet, each with its key and which of its likes it is."""
    seen: Counter[str] = Counter()
    for row in file.rows:
        key = _key(row)
        seen[key] += 1
        if seen[key] > there.get(key, 0):
            yield row, key, seen[key]


def _key(row: BankRow) -> str:
    balance = row.balance.plain if row.balance is not None else ""
    said = (row.day.isoformat(), row.amount.plain, row.words, row.reference, balance)
    return hashlib.sha256("".join(f"{len(one)}:{one}" for one in said).encode()).hexdigest()


def _keep(
    session: Session,
    file: BankFile,
    new: Sequence[tuple[BankRow, str, int]],
    name: str,
    of: BankAccount,
    opening: Money,
    closing: Money,
    *,
    first: bool,
    by: str,
    at: datetime,
) -> str:
    batch = next_batch(session)
    said = {
        "account": of.account,
        "fund": of.fund,
        "rows_taken": len(new),
        "opening": opening.plain,
        "closing": closing.plain,
    }
    session.execute(
        insert(BATCH).values(
            id=batch,
            kind=KIND,
            file_name=name,
            file_sha256=file.sha256,
            fund=of.fund or None,
            selection="",
            header=json.dumps(file.header, ensure_ascii=False),
            answer=json.dumps(said),
            loaded_by=by,
            loaded_at=as_text(at),
        )
    )
    days = [row.day for row, _, _ in new]
    statement = Statement(
        batch=batch, of=of, starts=min(days), ends=max(days), opening=opening, closing=closing
    )
    rows: list[dict[str, Any]] = []
    if first and opening:
        rows.append(_brought_forward(statement))
    rows += [
        {
            "row": row.row,
            "day": row.day,
            "pence": row.amount.pence,
            "words": row.words,
            "reference": row.reference,
            "balance_pence": row.balance.pence if row.balance is not None else None,
            "key": key,
            "occurrence": occurrence,
        }
        for row, key, occurrence in new
    ]
    bank.add(session, statement, rows)
    audit.record(
        session,
        by=by,
        at=at,
        action="load_statement",
        object_kind="bank_account",
        object_key=f"{of.account} {of.fund}".strip(),
        after={"batch": batch, **said},
    )
    return batch


def _brought_forward(statement: Statement) -> dict[str, Any]:
    """What was in the account before its first statement, to be matched with what the books had."""
    return {
        "row": 0,
        "day": statement.starts,
        "pence": statement.opening.pence,
        "words": "Balance brought forward",
        "reference": "",
        "balance_pence": statement.opening.pence,
        "key": "brought forward",
        "occurrence": 1,
    }
