"""The monitoring cycle and checklist that are shipped, for a trust that has said no other."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from contracts.monitoring import Band, ChecklistItem, CycleRule, PatternRule, Risk
from ledger.money import Money


@cache
def _data() -> Any:
    text = (files("trust_commissioning") / "data" / "monitoring.yaml").read_text("utf-8")
    return yaml.safe_load(text)


@cache
def shipped_rule() -> CycleRule:
    """How often contracts are checked, by risk and value."""
    said = _data()["rule"]
    return CycleRule(
        starts=date.min,
        bands=tuple(
            Band(
                risk=Risk(one["risk"]),
                at_least=Money.parse(one["at_least"]),
                months=one["months"],
            )
            for one in said["bands"]
        ),
        pattern=PatternRule(**said["pattern"]),
    )


@cache
def checklist() -> tuple[ChecklistItem, ...]:
    """What a check asks, those of a visit last."""
    return tuple(ChecklistItem(**one) for one in _data()["checklist"])
