"""Indicators and outcome targets of a document, through the services that keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ledger.problems import Problem, Refused
from trust_commissioning import targeting
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.applying.document import Document
from trust_commissioning.targeting import Kept


def apply_targets(applying: Applying, document: Document) -> Iterator[Change]:
    """Keep the document's indicators, map them, set its targets; the services keep the audit trail.

    Raises:
        Refused: with every problem of every entry of a part by its YAML path.
    """
    measures = [(one.code, one.read()) for one in document.indicators]
    yield from _each(applying, "indicators", "indicator", measures, targeting.keep_indicator)
    mapped = [(one.reference, one.read()) for one in document.indicator_mappings]
    part = "indicator_mappings"
    yield from _each(applying, part, "indicator mapping", mapped, targeting.map_indicator)
    targets = [(one.code, one.read()) for one in document.targets]
    yield from _each(applying, "targets", "outcome target", targets, targeting.set_target)


def _each(
    applying: Applying,
    part: str,
    kind: str,
    entries: Iterable[tuple[str, object]],
    keep: Callable[..., Kept],
) -> Iterator[Change]:
    problems: list[Problem] = []
    for place, (key, entry) in enumerate(entries):
        try:
            kept = keep(applying.session, entry, by=applying.by, at=applying.at)
        except Refused as refusal:
            where = f"{part}[{place}]"
            problems += [Problem(p.code, p.message, f"{where}.{p.where}") for p in refusal.problems]
        else:
            if kept.did != "unchanged":
                yield Change(kind, key, kept.did)
    if problems:
        raise Refused(problems)
