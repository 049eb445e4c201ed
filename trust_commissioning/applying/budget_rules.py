"""Virement rules and profiles of a document, through the services that keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ledger.problems import Problem, Refused
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.applying.document import Document
from trust_commissioning.budgeting import ProfileAsked, VirementRule, keep_rule, set_profile


def apply_budget_rules(applying: Applying, document: Document) -> Iterator[Change]:
    """Keep the document's rules and profiles; the services keep the audit trail.

    Raises:
        Refused: with every problem of every entry by its YAML path.
    """
    entries: list[tuple[str, Callable[[], Change | None]]] = [
        (f"virement_rules[{place}]", partial(_rule, applying, rule))
        for place, rule in enumerate(document.virement_rules)
    ]
    entries += [
        (f"profiles[{place}]", partial(_profile, applying, entry))
        for place, entry in enumerate(document.profiles)
    ]
    problems: list[Problem] = []
    for where, act in entries:
        try:
            change = act()
        except Refused as refusal:
            problems += [Problem(p.code, p.message, f"{where}.{p.where}") for p in refusal.problems]
        else:
            if change is not None:
                yield change
    if problems:
        raise Refused(problems)


def _rule(applying: Applying, rule: VirementRule) -> Change | None:
    did = keep_rule(applying.session, rule, by=applying.by, at=applying.at)
    return Change("virement rule", rule.code, did) if did else None


def _profile(applying: Applying, entry: ProfileAsked) -> Change | None:
    turn = set_profile(
        applying.session,
        entry.fund,
        entry.year,
        entry.line,
        entry.said,
        by=applying.by,
        at=applying.at,
        reason=entry.reason,
    )
    if turn is None:
        return None
    key = f"{entry.fund} {entry.year} {entry.line}"
    return Change("profile", key, "changed" if turn > 1 else "added", after={"shape": entry.shape})
