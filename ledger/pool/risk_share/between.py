"""What goes from fund to fund where a rule meets one fund's variance with the money of another.

A rule may draw on what another fund keeps in reserve, set an overspend against another fund's
underspend, or take the lines of several funds together. The partners then settle with the one fund
that is settled, and the rest is due between the funds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ledger.money import NIL, Money
from ledger.pool.risk_share.sharing import Case, Met, Sharing

_ByFund = dict[str, Money]


def due_from_funds(fund: str, sharings: Iterable[Sharing]) -> _ByFund:
    """What each other fund gives this one by the rules; below nil, what it gets from it."""
    found: _ByFund = {}
    for sharing in sharings:
        own = [case for case in sharing.cases if fund in _variances(case)]
        others = [case for case in sharing.cases if fund not in _variances(case)]
        for each in (_drawn(sharing, own, fund), _netted(own, fund), _offset(own, others)):
            _add(found, each)
    return {other: amount for other, amount in sorted(found.items()) if amount}


def counted_funds(fund: str, sharings: Iterable[Sharing]) -> frozenset[str]:
    """The other funds whose own variance is met, or used up, by settling this one."""
    found: set[str] = set()
    for sharing in sharings:
        own = [case for case in sharing.cases if fund in _variances(case)]
        others = [case for case in sharing.cases if fund not in _variances(case)]
        found |= {other for case in own for other in _variances(case)} | set(_offset(own, others))
    return frozenset(found - {fund})


def _drawn(sharing: Sharing, own: Iterable[Case], fund: str) -> _ByFund:
    """What is met from resources that other funds keep."""
    kept_by = {one.code: one.fund for one in sharing.rule.resources}
    found: _ByFund = {}
    for piece in (piece for case in own for piece in case.pieces if piece.how is Met.RESOURCE):
        if kept_by[piece.of] not in ("", fund):
            _add(found, {kept_by[piece.of]: piece.amount})
    return found


def _netted(own: Iterable[Case], fund: str) -> _ByFund:
    """What lines of other funds that are taken together with this one's are under, or over.

    What of an underspend stays in the funds stays in those it is of, in proportion.
    """
    found: _ByFund = {}
    for case in own:
        variances = _variances(case)
        kept = Money.total(piece.amount for piece in case.pieces if piece.how is Met.KEPT)
        stays = _parted(kept, {one: -v for one, v in variances.items() if v < NIL})
        for other, variance in variances.items():
            if other != fund:
                _add(found, {other: stays.get(other, NIL) - variance})
    return found


def _offset(own: Iterable[Case], others: Iterable[Case]) -> _ByFund:
    """What overspends here took from underspends of other funds, or theirs from this one's."""
    here: dict[str, Money] = {}
    for piece in (piece for case in own for piece in case.pieces if piece.how is Met.OFFSET):
        here[piece.of] = here.get(piece.of, NIL) + piece.amount
    gave: dict[str, _ByFund] = {}
    took: dict[str, _ByFund] = {}
    for case in others:
        for piece in (piece for piece in case.pieces if piece.how is Met.OFFSET):
            under = piece.amount < NIL
            sizes = {f: abs(v) for f, v in _variances(case).items() if v and (v < NIL) == under}
            _add(
                (gave if under else took).setdefault(piece.of, {}),
                _parted(abs(piece.amount), sizes),
            )
    found: _ByFund = {}
    for part, net in here.items():
        _add(found, _parted(net, (gave if net > NIL else took).get(part, {})))
    return found


def _variances(case: Case) -> _ByFund:
    """What the lines of a case come to, by fund."""
    found: _ByFund = {}
    for line in case.lines:
        _add(found, {line.fund: line.variance})
    return found


def _parted(amount: Money, weights: Mapping[str, Money]) -> _ByFund:
    if not amount:
        return {}
    split = amount.split([weight.pence for weight in weights.values()])
    return dict(zip(weights, split, strict=True))


def _add(into: _ByFund, more: Mapping[str, Money]) -> None:
    for fund, amount in more.items():
        into[fund] = into.get(fund, NIL) + amount
