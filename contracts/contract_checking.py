"""What a contract and its variations say that cannot be so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from contracts import kpi, obligations
from contracts.contract import Change, Contract, Extension, Lot, Terms, Variation
from contracts.pricing import Pricing
from ledger.money import NIL, Money
from ledger.problems import Problem
from ledger.wording import day_in_full


def problems_in(contract: Contract) -> list[Problem]:
    """Everything wrong with a contract and each of its variations; `where` is the field."""
    return [
        *_check_terms(contract.number, contract.as_signed),
        *_check_variations(contract),
    ]


def problems_in_variation(contract: Contract, variation: Variation) -> list[Problem]:
    """What a variation would make wrong, with those of later days that it would go before."""
    known = set(problems_in(contract))
    own = f"variations[{variation.reference}]."
    return [
        *_check_change(variation),
        *(
            replace(one, where=one.where.removeprefix(own))
            for one in problems_in(contract.with_variation(variation))
            if one not in known
        ),
    ]


def _check_terms(number: str, terms: Terms) -> Iterator[Problem]:
    yield from _check_value(number, terms.value, terms.irrecoverable_vat)
    if terms.ends is not None and terms.ends < terms.starts:
        yield Problem(
            "contract_ends_before_it_starts",
            f"Contract {number} ends on {day_in_full(terms.ends)}, before it starts on "
            f"{day_in_full(terms.starts)}.",
            "ends",
        )
    yield from _check_extensions(number, terms, terms.extensions)
    yield from _check_lots(terms.lots, "lots")
    yield from _check_duties(terms, "")


def _check_value(number: str, value: Money | None, vat: Money | None) -> Iterator[Problem]:
    if value is not None and value < NIL:
        yield Problem("contract_value_below_nil", f"Contract {number} is worth {value}.", "value")
    if vat is not None and vat < NIL:
        yield Problem(
            "irrecoverable_vat_below_nil",
            f"The irrecoverable VAT of contract {number} is {vat}; it is nil or more.",
            "irrecoverable_vat",
        )


def _check_extensions(number: str, terms: Terms, options: Sequence[Extension]) -> Iterator[Problem]:
    before = terms.ends
    for place, one in enumerate(options):
        where = f"extensions[{place}]"
        if before is None:
            yield Problem(
                "extension_without_end",
                f"Contract {number} has no fixed end, so there is nothing to extend by “{one.code}”.",
                where,
            )
            return
        if one.until <= before:
            yield Problem(
                "extension_not_later",
                f"Option “{one.code}” of contract {number} goes on until {day_in_full(one.until)}, "
                f"which is not after {day_in_full(before)}.",
                f"{where}.until",
            )
        if one.notify_by is not None and one.notify_by > before:
            yield Problem(
                "extension_notified_too_late",
                f"Option “{one.code}” of contract {number} would be taken up by "
                f"{day_in_full(one.notify_by)}, after what it extends has ended on "
                f"{day_in_full(before)}.",
                f"{where}.notify_by",
            )
        before = max(before, one.until)
    yield from _check_repeats("extension", (one.code for one in options), "extensions")


def _check_lots(lots: Sequence[Lot], where: str) -> Iterator[Problem]:
    yield from _check_repeats("lot", (lot.code for lot in lots), where)
    for place, lot in enumerate(lots):
        at = f"{where}[{place}]"
        yield from _check_prices(lot.code, lot.price, lot.further_price, at)
        yield from _check_volume(lot.code, lot.volume, at)
        if lot.pricing is Pricing.COST_AND_VOLUME and lot.volume is None:
            yield Problem(
                "lot_needs_volume",
                f"Lot “{lot.code}” is paid by cost and volume; say what volume was agreed.",
                f"{at}.volume",
            )
        if lot.pricing is not Pricing.SPOT and lot.price is None:
            yield Problem(
                "lot_needs_price",
                f"Lot “{lot.code}” is paid by {lot.pricing.title.lower()}; only the price of a spot "
                "lot is left to each order.",
                f"{at}.price",
            )


def _check_prices(
    code: str, price: Money | None, further: Money | None, where: str
) -> Iterator[Problem]:
    for name, one in (("price", price), ("further_price", further)):
        if one is not None and one < NIL:
            yield Problem(
                "price_below_nil", f"A price is not below nil: {code} at {one}.", f"{where}.{name}"
            )


def _check_volume(code: str, volume: int | None, where: str) -> Iterator[Problem]:
    if volume is not None and volume < 1:
        yield Problem(
            "lot_volume_not_above_nil",
            f"The volume of lot “{code}” is {volume}; leave it out where none was agreed.",
            f"{where}.volume",
        )


def _check_duties(terms: Terms | Variation, before: str) -> Iterator[Problem]:
    for place, duty in enumerate(terms.obligations or ()):
        yield from obligations.problems_in(duty, f"{before}obligations[{place}]")
    for place, one in enumerate(terms.kpis or ()):
        yield from kpi.problems_in(one, f"{before}kpis[{place}]")
    duties = (one.code for one in terms.obligations or ())
    yield from _check_repeats("obligation", duties, f"{before}obligations")
    yield from _check_repeats("KPI", (one.code for one in terms.kpis or ()), f"{before}kpis")


def _check_repeats(what: str, codes: Iterable[str], where: str) -> Iterator[Problem]:
    seen = set[str]()
    for place, code in enumerate(codes):
        if code in seen:
            yield Problem(
                "part_repeated", f"The {what} “{code}” is named twice.", f"{where}[{place}].code"
            )
        seen.add(code)


def _check_variations(contract: Contract) -> Iterator[Problem]:
    for variation, before, now in contract.told():
        for problem in _check_variation(contract.number, variation, before, now):
            yield replace(problem, where=f"variations[{variation.reference}].{problem.where}")


def _check_variation(
    number: str, variation: Variation, before: Terms, now: Terms
) -> Iterator[Problem]:
    yield from _check_value(number, variation.value, variation.irrecoverable_vat)
    if variation.term is not None and now.ends is not None and now.ends < now.starts:
        yield Problem(
            "contract_ends_before_it_starts",
            f"Contract {number} would end on {day_in_full(now.ends)}, before it starts on "
            f"{day_in_full(now.starts)}.",
            "ends",
        )
    if variation.extension and variation.extension not in {one.code for one in before.extensions}:
        yield Problem(
            "extension_unknown",
            f"On {day_in_full(variation.starts)} contract {number} has no option "
            f"“{variation.extension}” to take up.",
            "extension",
        )
    if variation.extensions is not None:
        yield from _check_extensions(number, now, variation.extensions)
    yield from _check_lots(variation.lots_added, "lots_added")
    yield from _check_lots_known(variation, before)
    yield from _check_duties(variation, "")


def _check_lots_known(variation: Variation, before: Terms) -> Iterator[Problem]:
    there = {lot.code for lot in before.lots}
    for place, lot in enumerate(variation.lots_added):
        if lot.code in there:
            yield Problem(
                "lot_there_already",
                f"Lot “{lot.code}” is in the contract already on {day_in_full(variation.starts)}; "
                "change it, or give the new one another code.",
                f"lots_added[{place}].code",
            )
    seen = set[str]()
    for place, change in enumerate(variation.lots_changed):
        if change.lot in seen:
            where = f"lots_changed[{place}].lot"
            yield Problem("part_repeated", f"The lot “{change.lot}” is named twice.", where)
        seen.add(change.lot)
        where = f"lots_changed[{place}]"
        yield from _check_known(change.lot, there, variation, f"{where}.lot")
        yield from _check_prices(change.lot, change.price, change.further_price, where)
        yield from _check_volume(change.lot, change.volume, where)
    for place, code in enumerate(variation.lots_ended):
        yield from _check_known(code, there, variation, f"lots_ended[{place}]")


def _check_known(code: str, there: set[str], variation: Variation, where: str) -> Iterator[Problem]:
    if code not in there:
        yield Problem(
            "lot_unknown",
            f"There is no lot “{code}” in the contract on {day_in_full(variation.starts)}.",
            where,
        )


_SAYING = (
    "title",
    "term",
    "extensions",
    "notice_months",
    "value",
    "irrecoverable_vat",
    "obligations",
    "kpis",
    "indexation",
)


def _check_change(variation: Variation) -> Iterator[Problem]:
    """A variation says something, or it is no variation."""
    says = any(getattr(variation, name) is not None for name in _SAYING)
    lots = variation.lots_added or variation.lots_ended or variation.lots_changed
    if variation.kind is Change.VARIATION and not (says or lots):
        yield Problem(
            "variation_changes_nothing",
            f"Variation {variation.reference} says nothing that differs from the contract.",
            "",
        )
