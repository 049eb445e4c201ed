"""A council's spending extract turned into journals, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session

from ledger.journal import AuthoredBy
from ledger.money import Money
from ledger.problems import Problem, Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.files.columns import Profile
from trust_commissioning.files.layouts import look_at, wrongly_said
from trust_commissioning.importing import earlier
from trust_commissioning.importing.batches import ROW, SPEND
from trust_commissioning.importing.coding import Coder, CodingRule, make_ready
from trust_commissioning.importing.elsewhere import gone_elsewhere
from trust_commissioning.importing.payments import Payments, keep_payments
from trust_commissioning.importing.planning import PlannedLine, Planner, SpendOptions
from trust_commissioning.importing.profiles import keep_layout, kept_profiles, profile_named
from trust_commissioning.importing.rules import coding_rules
from trust_commissioning.importing.spend_file import SpendFile, SpendLine, read_spend
from trust_commissioning.importing.unswept import unswept
from trust_commissioning.posting import Batch, Gate, lock_head, post_many
from trust_commissioning.progress import steps
from trust_commissioning.store import audit, register
from trust_commissioning.store.imports import BATCH, next_batch
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.rows import add_rows
from trust_commissioning.store.standing import standing as standing_of

_SHOWN_ROWS = 200
_NOT_KEPT = ("first_journal", "last_journal")
"""Parts of the answer that are known only once the batch is kept for good; its journals say them."""


@dataclass(frozen=True)
class SpendPlan:
    """What loading a file would do; it may be loaded only if there are no `problems`.

    `loaded_before` names the latest batch that holds lines of the file, if any does. `gate` is
    what its journals were held against.
    """

    file: SpendFile
    options: SpendOptions
    lines: tuple[PlannedLine, ...] = ()
    continues: str | None = None
    is_separate: bool = False
    lineage_total: Money | None = None
    loaded_before: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    gate: Gate | None = None

    @property
    def to_post(self) -> tuple[PlannedLine, ...]:
        return tuple(planned for planned in self.lines if not planned.already)

    @property
    def unmatched(self) -> tuple[PlannedLine, ...]:
        """The lines to post that no rule codes, in the file's order."""
        return tuple(
            planned for planned in self.to_post if planned.coding is None and planned.pays is None
        )

    @property
    def total(self) -> Money:
        """What would be posted."""
        return Money.total(planned.line.amount for planned in self.to_post)

    @property
    def not_attributed(self) -> Money:
        """How much of that has no outcome."""
        return Money.total(
            posting.amount
            for planned in self.to_post
            for posting in planned.journal.postings
            if posting.outcome is None and posting.account.startswith("Expenses:")
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLoaded:
    """The answer to a load, with the promised keys of `trust import`.

    `total` is what was posted: nil for a file loaded before, whose batch is then named.
    `lineage_total` is what the batches of a continued file have posted together with this one: to
    be held against `file_total`. `separate` says that its payments are others than earlier ones.
    """

    batch: str | None
    file_sha256: str
    rows_read: int
    rows_posted: int
    rows_skipped: dict[str, int]
    total: Money
    control_total: Money | None
    journals: int
    first_journal: str | None
    last_journal: str | None
    not_attributed: Money
    rows_unmatched: int
    invoices_settled: int
    payments_held: int
    rows_loaded_before: int
    continues: str | None
    separate: bool
    lineage_total: Money | None
    sheet: str
    printed_total: Money | None
    file_total: Money
    selected_total: Money
    rounded: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, object]] = field(default_factory=list)
    problems: list[dict[str, object]] = field(default_factory=list)
    dry_run: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            key: value.plain if isinstance(value, Money) else value
            for key in self.__dataclass_fields__
            for value in [getattr(self, key)]
        }


def preview_spend(session: Session, data: bytes, *, name: str, options: SpendOptions) -> SpendPlan:
    """Read, code and check a file; nothing is written. Its problems are in the answer."""
    try:
        file = _read(session, data, name=name, options=options)
    except Refused as refused:
        return SpendPlan(SpendFile(name, ""), options, problems=refused.problems)
    rules = [*coding_rules(session), *options.also]
    standing = standing_of(session, {one.call_off for one in rules if one.call_off})
    problems = [*file.problems, *_wrongly_laid_out(data, file, options)]
    for where in ("fund", "otherwise_fund"):
        named = getattr(options, where)
        if named is not None and named not in standing.funds:
            problems.append(Problem("fund_unknown", f"There is no fund “{named}”.", where))
    if not file.problems:
        problems += _check_control_total(file, options)
    if problems:
        return SpendPlan(file, options, problems=tuple(problems), warnings=file.warnings)
    before = earlier.compare(session, file, continues=options.continues, separate=options.separate)
    gate = Gate(standing)
    planner = Planner(
        gate,
        register.services(session),
        coder_for(rules, file),
        file,
        options,
        Payments.of(session),
    )
    lines = tuple(planner.plan(line, before) for line in steps(file.lines, "Coding lines"))
    total = Money.total(planned.line.amount for planned in lines if not planned.already)
    return SpendPlan(
        file,
        options,
        lines,
        continues=before.continues,
        is_separate=before.separate is not None,
        lineage_total=None if before.lineage_total is None else before.lineage_total + total,
        loaded_before=before.batch,
        problems=(*before.problems, *planner.problems(lines)),
        warnings=(
            *before.warnings,
            *(p.pays.warning(p.line.row) for p in lines if p.pays is not None and p.pays.why),
            *gone_elsewhere((p.may_not_pay, p.journal, p.line.row) for p in lines if not p.already),
            *file.warnings,
        ),
        gate=gate,
    )


def _read(session: Session, data: bytes, *, name: str, options: SpendOptions) -> SpendFile:
    """A file by what is said of its columns; failing that by the profile named or kept for it."""
    kept = [one.profile for one in kept_profiles(session)]
    profile = profile_named(session, options.profile) if options.profile else None
    said = options.layout
    if said is not None and said.columns:
        profile = said
    elif said is not None:
        # Only the sheet is said, or how dates are written: the columns are found as ever.
        look = look_at(data, name=name, profile=profile, kept=kept, sheet=said.sheet)
        profile = said.over(profile or (look.profile if look else None))
    return read_spend(
        data,
        name=name,
        profile=profile,
        kept=kept,
        where=options.where,
        round_pence=options.round_pence,
    )


def _wrongly_laid_out(data: bytes, file: SpendFile, options: SpendOptions) -> Iterator[Problem]:
    if options.layout is None:
        return
    columns = file.columns
    if not columns.labels and (look := look_at(data, name=file.name)) is not None:
        columns = look.columns
    if columns.labels:
        yield from wrongly_said(columns, options.layout)


def load_spend(
    session: Session,
    data: bytes,
    *,
    name: str,
    options: SpendOptions,
    by: str,
    at: datetime,
) -> SpendLoaded:
    """Post a file's new lines, one journal for each row: debit by the rules, credit host cash.

    The same file again posts nothing and says which batch has it.

    Raises:
        Refused: with every problem by row and column; nothing was changed.
    """
    roles.check(session, by, roles.Action.IMPORT_FILE)
    lock_head(session)
    with unswept():
        return _load(session, data, name=name, options=options, by=by, at=at)


def _load(
    session: Session,
    data: bytes,
    *,
    name: str,
    options: SpendOptions,
    by: str,
    at: datetime,
) -> SpendLoaded:
    plan = preview_spend(session, data, name=name, options=options)
    if plan.problems:
        raise Refused(plan.problems)
    if options.layout is not None and options.remember_as is not None:
        columns = plan.file.columns
        keep_layout(session, options.layout, columns, options.remember_as, by=by, at=at)
    to_post = plan.to_post
    if not to_post:
        return answer(plan, batch=plan.loaded_before, numbers=[])
    batch = next_batch(session)
    _check_new(session, to_post)
    loaded = answer(plan, batch=batch, numbers=[])
    session.execute(insert(BATCH), [_batch_row(plan, batch, loaded, by=by, at=at)])
    add_rows(session, ROW, [_import_row(batch, planned.line) for planned in to_post])
    numbers = post_many(
        session,
        [planned.journal for planned in to_post],
        by=by,
        at=at,
        authored_by=AuthoredBy.BATCH,
        batch=Batch(batch, [planned.line.row for planned in to_post]),
        gate=plan.gate,
    )
    paid = [
        (number, planned.journal, planned.pays, planned.coding)
        for number, planned in zip(numbers, to_post, strict=True)
        if planned.pays is not None
    ]
    keep_payments(session, paid, by=by, at=as_text(at))
    audit.record(
        session,
        by=by,
        at=at,
        action="import",
        object_kind="import_batch",
        object_key=batch,
        after={
            "file": name,
            "sha256": plan.file.sha256,
            "total": plan.total.plain,
            **({"also": _said(options.also)} if options.also else {}),
            **({"columns": _laid_out(options.layout)} if options.layout else {}),
        },
    )
    return answer(plan, batch=batch, numbers=numbers)


def answer(
    plan: SpendPlan, *, batch: str | None, numbers: Sequence[str], dry_run: bool = False
) -> SpendLoaded:
    """What a plan comes to in figures."""
    to_post = plan.to_post
    return SpendLoaded(
        batch=batch,
        file_sha256=plan.file.sha256,
        rows_read=plan.file.rows_read,
        rows_posted=len(to_post),
        rows_skipped=dict(plan.file.skipped),
        total=plan.total,
        control_total=plan.options.control_total,
        journals=len(to_post),
        first_journal=numbers[0] if numbers else None,
        last_journal=numbers[-1] if numbers else None,
        not_attributed=plan.not_attributed,
        rows_unmatched=len(plan.unmatched),
        invoices_settled=sum(1 for p in to_post if p.pays is not None and p.pays.invoice),
        payments_held=sum(1 for p in to_post if p.pays is not None and p.pays.why),
        rows_loaded_before=len(plan.lines) - len(to_post),
        continues=plan.continues,
        separate=plan.is_separate,
        lineage_total=plan.lineage_total,
        sheet=plan.file.sheet,
        printed_total=plan.file.printed_total,
        file_total=plan.file.file_total,
        selected_total=plan.file.selected_total,
        rounded=[asdict(one) | {"amount": one.amount.plain} for one in plan.file.rounded],
        warnings=[warning.as_json() for warning in plan.warnings[:_SHOWN_ROWS]],
        problems=[problem.as_json() for problem in plan.problems],
        dry_run=dry_run,
    )


def coder_for(rules: Sequence[CodingRule], file: SpendFile) -> Coder:
    """Coding rules made ready for a file's columns, blank headings left out."""
    columns = file.columns
    places = [place for place, label in enumerate(columns.labels) if label]
    turn = {place: at for at, place in enumerate(places)}

    def find(name: str) -> int | None:
        place = columns.find(name)
        return None if place is None else turn.get(place)

    return make_ready(rules, find)


def _check_control_total(file: SpendFile, options: SpendOptions) -> Iterator[Problem]:
    wanted = options.control_total
    if wanted is not None and wanted != file.selected_total:
        yield Problem(
            "control_total_does_not_agree",
            f"The {len(file.lines):,} selected lines come to {file.selected_total}, the control "
            f"total is {wanted}: a difference of {abs(file.selected_total - wanted)}.",
            "control_total",
        )


def _check_new(session: Session, to_post: Sequence[PlannedLine]) -> None:
    """That the books will rise by every line the answer says they rise by.

    The door posts nothing for a name it knows. Lines loaded before were taken out by
    `earlier.compare`, so a name still known is of a journal somebody entered by another way.
    """
    refs = {planned.journal.source_ref: planned.line.row for planned in to_post}
    names = list(refs)
    taken: list[str] = []
    for start in range(0, len(names), 500):
        some = JOURNAL.c.source_ref.in_(names[start : start + 500])
        query = select(JOURNAL.c.source_ref).where(JOURNAL.c.source == SPEND, some)
        taken += session.execute(query).scalars()
    if taken:
        raise Refused(
            [
                Problem(
                    "source_already_used",
                    f"A journal of {SPEND} {ref} is there that no file brought.",
                    "source_ref",
                    row=refs[ref],
                )
                for ref in sorted(taken, key=refs.__getitem__)
            ]
        )


def _request_hash(file: SpendFile, options: SpendOptions) -> str:
    """Names a request: the same file with the same selection, said to be separate or not."""
    asked = [file.sha256, sorted(options.where), options.separate]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _said(rules: Sequence[CodingRule]) -> list[str]:
    return [rule.model_dump_json(exclude_defaults=True) for rule in rules]


def _laid_out(layout: Profile) -> dict[str, Any]:
    """What a person said of a file's columns, as the audit trail keeps it."""
    said = layout.model_dump(mode="json", exclude_defaults=True)
    return {
        key: said[key] for key in ("columns", "sheet", "date_order", "period_means") if key in said
    }


def _batch_row(
    plan: SpendPlan, batch: str, loaded: SpendLoaded, *, by: str, at: datetime
) -> dict[str, Any]:
    return {
        "id": batch,
        "kind": SPEND,
        "file_name": plan.file.name,
        "file_sha256": plan.file.sha256,
        "request_hash": _request_hash(plan.file, plan.options),
        "fund": plan.options.fund,
        "profile": plan.file.columns.profile or "",
        "selection": json.dumps(plan.options.where, ensure_ascii=False),
        "continues": plan.continues,
        "header": json.dumps(plan.file.columns.labels, ensure_ascii=False),
        "answer": json.dumps(
            {key: said for key, said in loaded.as_json().items() if key not in _NOT_KEPT},
            ensure_ascii=False,
        ),
        "loaded_by": by,
        "loaded_at": as_text(at),
    }


def _import_row(batch: str, line: SpendLine) -> dict[str, Any]:
    return {
        "batch": batch,
        "row": line.row,
        "key": line.key,
        "occurrence": line.occurrence,
        "cells": json.dumps(line.cells, ensure_ascii=False),
        "rounded_from": line.rounded_from,
        "likeness": line.likeness,
    }
