"""Risk shares said in words: each step as a sentence an agreement could hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from ledger.money import Money
from ledger.pool.risk_share.rule import (
    Act,
    Base,
    Bear,
    By,
    Clause,
    Cut,
    Draw,
    Keep,
    Lie,
    Limit,
    Offset,
    RiskShare,
    Share,
    Step,
)

LAST_PENNY = (
    "Each share is rounded down to the penny; the pence left over go one each to the partners "
    "whose shares lost most by it, and where two lost the same, to the one the agreement names "
    "first. The shares so sum to the variance exactly."
)
Names = Mapping[str, str]


def clause_in_words(clause: Clause, rule: RiskShare, names: Names) -> str:
    """The agreement's own words, or else what its steps come to."""
    return clause.words or " ".join(steps_in_words(clause, rule, names))


def steps_in_words(clause: Clause, rule: RiskShare, names: Names) -> list[str]:
    """A sentence for each step, cap and what is beyond the caps."""
    said = [
        step_in_words(step, rule, names, first=place == 0)
        for place, step in enumerate(clause.steps)
    ]
    said += [
        f"{named(cap.partner, names)} carries at most {limit_in_words(cap.limit, rule)}."
        for cap in clause.caps
    ]
    said += [f"Beyond the caps: {step_in_words(one, rule, names)}" for one in clause.beyond]
    return said


def step_in_words(step: Step, rule: RiskShare, names: Names, *, first: bool = False) -> str:
    """``Up to £50,000.00 is shared equally.`` A `first` step without a limit is of all of it."""
    limit = step.up_to
    subject = "All of it" if first else "What is left"
    if limit is not None:
        subject = f"Up to {limit_in_words(limit, rule)}"
    condition = f", where that is agreed ({step.if_agreed})" if step.if_agreed else ""
    return f"{subject} {_done(step, rule, names)}{condition}."


def _done(step: Step, rule: RiskShare, names: Names) -> str:
    match step:
        case Share():
            return _shared(step, names)
        case Bear():
            return f"is carried by {named(step.partner, names)}"
        case Lie():
            return "lies where it falls, with the partner that leads each line"
        case Offset():
            parts = listed(rule.part(code).title for code in step.against)
            return f"is set against underspends in {parts}"
        case Draw():
            return f"is met from {resource_title(step.resource, rule)}"
        case Cut():
            titles = listed(rule.part(code).title for code in step.parts)
            return f"is met by cutting what {titles or 'its own schemes'} have not committed"
        case Keep():
            return f"is {kept_in_words(step)}"
        case Act():
            return f"is not shared: {step.words.rstrip('.')}"
    raise AssertionError(step)


def _shared(step: Share, names: Names) -> str:
    among = f" among {listed(named(one, names) for one in step.among)}" if step.among else ""
    how = step.by.title
    if step.by is By.AGREED:
        said = (f"{named(one, names)} {percent_in_words(rate)}" for one, rate in step.percent)
        how = f"{how} ({listed(said)})"
    caps = " among partners below their caps" if step.within_caps else ""
    outside = ", from resources outside the pool" if step.outside else ""
    return f"is shared{among}{caps} {how}{outside}"


def kept_in_words(step: Keep) -> str:
    """``carried forward, ring-fenced``"""
    fenced = ", ring-fenced" if step.ring_fenced else ""
    once = ", for non-recurrent spend only" if step.non_recurrent_only else ""
    return f"{step.use.title}{fenced}{once}"


def limit_in_words(limit: Limit, rule: RiskShare) -> str:
    """``£50,000.00``, ``5% of the budget of all lines``"""
    if limit.percent is None:
        return str(limit.amount or Money(0))
    rate = percent_in_words(limit.percent)
    if limit.of is Base.CONTRIBUTIONS:
        return f"{rate} of the opening contributions concerned"
    parts = listed(rule.part(code).title for code in limit.parts)
    return f"{rate} of the budget of {parts or 'all lines'}"


def percent_in_words(rate: Fraction) -> str:
    """``51%``, ``50.7692%``: exact where four places hold it."""
    whole, rest = divmod(rate, 1)
    places = f"{int(rest * 10_000):04d}".rstrip("0")
    return f"{whole}.{places}%" if places else f"{whole}%"


def resource_title(code: str, rule: RiskShare) -> str:
    return next(one.title for one in rule.resources if one.code == code)


def named(code: str, names: Names) -> str:
    return names.get(code, code)


def listed(words: Iterable[str]) -> str:
    """``one, two and three``"""
    every = list(words)
    if len(every) < 2:
        return "".join(every)
    return f"{', '.join(every[:-1])} and {every[-1]}"
