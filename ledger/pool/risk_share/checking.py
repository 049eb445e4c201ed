"""What is wrong with a risk share's rule as it is written: every problem, by its place in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledger.money import NIL
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
from ledger.problems import Problem
from ledger.wording import day_in_full


def problems_in(rule: RiskShare) -> list[Problem]:
    """Everything that would leave a variance unshared, or shared as nobody agreed."""
    return [*_check_whole(rule), *_check_parts(rule), *_check_leads(rule)]


def _check_whole(rule: RiskShare) -> Iterator[Problem]:
    if rule.ends is not None and rule.ends < rule.starts:
        yield Problem(
            "risk_share_ends_before_it_starts",
            f"The risk share ends on {day_in_full(rule.ends)}, before it starts on "
            f"{day_in_full(rule.starts)}.",
            "ends",
        )
    if not rule.partners:
        yield Problem(
            "risk_share_without_partners", "No partner is named to share anything.", "partners"
        )
    yield from _repeats(rule.partners, "partners")
    yield from _repeats((part.code for part in rule.parts), "parts")
    yield from _repeats((one.code for one in rule.resources), "resources")
    yield from _strangers(rule, [rule.host], "host")


def _check_leads(rule: RiskShare) -> Iterator[Problem]:
    for place, lead in enumerate(rule.leads):
        yield from _strangers(rule, [lead.partner], f"leads[{place}].partner")


def _check_parts(rule: RiskShare) -> Iterator[Problem]:
    if not rule.parts or not rule.parts[-1].lines.all:
        yield Problem(
            "risk_share_leaves_lines_out",
            "The last part must take every line that is left: name no funds, services or "
            "accounts in it.",
            "parts",
        )
    for place, part in enumerate(rule.parts):
        if part.lines.all and place < len(rule.parts) - 1:
            yield Problem(
                "risk_share_part_never_reached",
                f"{part.title} takes every line, so nothing comes to the parts after it.",
                f"parts[{place}].lines",
            )
        for name, clause, over in (
            ("overspend", part.overspend, True),
            ("underspend", part.underspend, False),
        ):
            yield from _check_clause(rule, clause, f"parts[{place}].{name}", over=over)


def _check_clause(rule: RiskShare, clause: Clause, where: str, *, over: bool) -> Iterator[Problem]:
    yield from _check_steps(rule, clause.steps, f"{where}.steps", over=over)
    yield from _repeats((cap.partner for cap in clause.caps), f"{where}.caps")
    for place, cap in enumerate(clause.caps):
        at = f"{where}.caps[{place}]"
        yield from _strangers(rule, [cap.partner], f"{at}.partner")
        yield from _check_limit(rule, cap.limit, f"{at}.limit")
    if clause.caps or clause.beyond:
        yield from _check_steps(rule, clause.beyond, f"{where}.beyond", over=over)
    if any(isinstance(step, Share) and step.within_caps for step in clause.steps):
        yield Problem(
            "risk_share_step_out_of_place",
            "A step shares within the caps only beyond them: write it under “beyond”.",
            f"{where}.steps",
        )


def _check_steps(
    rule: RiskShare, steps: tuple[Step, ...], where: str, *, over: bool
) -> Iterator[Problem]:
    last = steps[-1] if steps else None
    goes_all_the_way = (
        last is not None
        and last.up_to is None
        and not last.if_agreed
        and not isinstance(last, Offset | Draw | Cut)
        and not (isinstance(last, Share) and last.within_caps)
    )
    if not goes_all_the_way:
        yield Problem(
            "risk_share_leaves_a_rest",
            "The last step must take all that is left, without a limit or a condition, so that "
            "somebody carries it or somebody must act.",
            where,
        )
    for place, step in enumerate(steps):
        yield from _check_step(rule, step, f"{where}[{place}]", over=over)


def _check_step(rule: RiskShare, step: Step, where: str, *, over: bool) -> Iterator[Problem]:
    if step.up_to is not None:
        yield from _check_limit(rule, step.up_to, f"{where}.up_to")
    if (over and isinstance(step, Keep)) or (not over and isinstance(step, Offset | Draw | Cut)):
        yield Problem(
            "risk_share_step_out_of_place",
            "An overspend cannot be kept in the fund."
            if over
            else "An underspend needs nothing to meet it: share it, keep it or act on it.",
            where,
        )
    match step:
        case Share():
            yield from _check_share(rule, step, where)
        case Bear():
            yield from _strangers(rule, [step.partner], f"{where}.partner")
        case Offset():
            yield from _unknown_parts(rule, step.against, f"{where}.against")
        case Cut():
            yield from _unknown_parts(rule, step.parts, f"{where}.parts")
        case Draw() if step.resource not in {one.code for one in rule.resources}:
            yield Problem(
                "risk_share_names_unknown",
                f"The rule has no resource “{step.resource}”.",
                f"{where}.resource",
            )
        case Act() if not step.words.strip():
            yield Problem(
                "risk_share_action_missing", "Say what must be done, and by when.", f"{where}.words"
            )
        case Lie() | _:
            return


def _check_share(rule: RiskShare, step: Share, where: str) -> Iterator[Problem]:
    yield from _strangers(rule, step.among, f"{where}.among")
    yield from _repeats(step.among, f"{where}.among")
    if step.by is not By.AGREED:
        if step.percent:
            yield Problem(
                "risk_share_percent_out_of_place",
                "Percentages are given, and the step does not share by agreed percentages.",
                f"{where}.percent",
            )
        return
    concerned = step.among or rule.partners
    given = [partner for partner, _ in step.percent]
    yield from _strangers(rule, given, f"{where}.percent")
    yield from _repeats(given, f"{where}.percent")
    if {*concerned} & {*rule.partners} - {*given} or {*given} & {*rule.partners} - {*concerned}:
        yield Problem(
            "risk_share_percent_missing",
            "Each partner concerned, and no other, has an agreed percentage; 0 is one.",
            f"{where}.percent",
        )
    whole = sum(rate for _, rate in step.percent)
    if whole != 100 or any(rate < 0 for _, rate in step.percent):
        yield Problem(
            "risk_share_percent_not_hundred",
            f"The agreed percentages come to {_plain(whole)}, not 100, or one is below nil.",
            f"{where}.percent",
        )


def _check_limit(rule: RiskShare, limit: Limit, where: str) -> Iterator[Problem]:
    if (limit.amount is None) == (limit.percent is None):
        yield Problem(
            "risk_share_limit_unclear", "A limit is an amount or a percentage, one of them.", where
        )
    if (limit.amount is not None and limit.amount < NIL) or (limit.percent or 0) < 0:
        yield Problem("risk_share_limit_below_nil", "A limit is nil or more.", where)
    if limit.parts and (limit.percent is None or limit.of is not Base.BUDGET):
        yield Problem(
            "risk_share_limit_unclear",
            "Parts are named only where the limit is a percentage of their budgets.",
            f"{where}.parts",
        )
    yield from _unknown_parts(rule, limit.parts, f"{where}.parts")


def _plain(rate: object) -> str:
    return f"{rate}"


def _strangers(rule: RiskShare, partners: Iterable[str], where: str) -> Iterator[Problem]:
    for partner in partners:
        if partner not in rule.partners:
            yield Problem(
                "risk_share_partner_unknown",
                f"“{partner}” is not a partner of this risk share.",
                where,
            )


def _unknown_parts(rule: RiskShare, codes: Iterable[str], where: str) -> Iterator[Problem]:
    there = {part.code for part in rule.parts}
    for code in codes:
        if code not in there:
            yield Problem("risk_share_names_unknown", f"The rule has no part “{code}”.", where)


def _repeats(codes: Iterable[str], where: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            yield Problem("entry_repeated", f"“{code}” is there twice.", where)
        seen.add(code)
