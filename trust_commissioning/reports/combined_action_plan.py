"""The combined action plan that answers inspections, with practice standards and how far each is met.

Green Paper 2003, 5.32 and 5.36 to 5.41: one plan for what several bodies must do together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from sqlmodel import Session

from contracts.review import PlanLine, PracticeStandard, combined_plan
from ledger.wording import day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import monitoring as record
from trust_commissioning.store.standing import titles

NOT_ANSWERED = "Not answered"


def combined_action_plan(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each action that answers a finding; a finding nobody answers has one of its own."""
    day = scope.period.ends
    known = titles(session, "partner", "provider", "service")
    plan = combined_plan(record.findings(session), record.actions(session), day)
    return make(
        session,
        scope,
        at,
        name="combined-action-plan",
        title="Combined action plan",
        basis=(
            f"Findings published by {day_in_full(day)} with the actions agreed by then. An action "
            "that answers several findings stands under each."
        ),
        sign="No figure has a sign of its own.",
        columns=_COLUMNS,
        rows=[row for line in plan for row in _rows(line, known, day)],
        totals={},
        notes=[
            f"{one.finding.reference}: no action answers it yet."
            for one in plan
            if not one.is_answered
        ],
        parts=[
            Part(
                key="standards",
                title="Practice standards and how far each is met",
                columns=_STANDARDS,
                rows=tuple(
                    _standard_row(one, known, day)
                    for one in record.standards(session)
                    if one.agreed <= day
                ),
            )
        ],
    )


def _rows(
    line: PlanLine, known: Mapping[str, Mapping[str, str]], day: date
) -> Iterator[dict[str, Cell]]:
    finding = line.finding
    bodies = [known["partner"].get(code, code) for code in finding.partners]
    if finding.provider:
        bodies.append(known["provider"].get(finding.provider, finding.provider))
    common: dict[str, Cell] = {
        "finding": finding.reference,
        "inspection": f"{finding.inspection}, {day_in_full(finding.published)}",
        "area": finding.area.title,
        "words": finding.words,
        "bodies": ", ".join(bodies),
    }
    if not line.actions:
        yield common | {"action": "", "owner": "", "due": "", "state": NOT_ANSWERED, "shown": ""}
    for one in line.actions:
        yield common | {
            "action": one.title,
            "owner": one.owner,
            "due": day_in_full(one.due),
            "state": one.stands(day).title,
            "shown": one.ended.evidence if one.ended and one.ended.day <= day else "",
        }


def _standard_row(
    standard: PracticeStandard, known: Mapping[str, Mapping[str, str]], day: date
) -> dict[str, Cell]:
    kind = "partner" if standard.partner else "provider"
    said = standard.met_on(day)
    return {
        "standard": standard.title,
        "words": standard.words,
        "body": known[kind].get(standard.body, standard.body),
        "agreed": day_in_full(standard.agreed),
        "met": said.met.title if said else "Not looked at yet",
        "day": day_in_full(said.day) if said else "",
        "evidence": said.evidence if said else "",
    }


_COLUMNS = (
    Column(key="finding", title="Finding"),
    Column(key="inspection", title="Inspection"),
    Column(key="area", title="Area"),
    Column(key="words", title="What was found"),
    Column(key="bodies", title="Who must act"),
    Column(key="action", title="Action"),
    Column(key="owner", title="Owner"),
    Column(key="due", title="By"),
    Column(key="state", title="State"),
    Column(key="shown", title="What shows it"),
)
_STANDARDS = (
    Column(key="standard", title="Standard"),
    Column(key="words", title="What is expected"),
    Column(key="body", title="Agreed with"),
    Column(key="agreed", title="Agreed"),
    Column(key="met", title="Met"),
    Column(key="day", title="Looked at"),
    Column(key="evidence", title="Evidence"),
)
