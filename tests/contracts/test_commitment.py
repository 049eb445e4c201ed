"""What is still promised: never below nil, never twice, nothing when all has ended and is paid."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from contracts.call_off import CallOff, DatedFunding, Funder, Happening, Kind, happened
from contracts.commitment import Billed, needs, promised
from contracts.lifecycle import CallOffEvent, CallOffState
from contracts.pricing import DatedPrice, Stretch, Unit
from ledger.money import NIL, Money
from ledger.periods import FinancialYear

YEAR = FinancialYear.parse("2003-04")
FIRST, LAST = date(2003, 4, 1), date(2005, 3, 31)


def placement(price: str = "700.00", unit: Unit = Unit.WEEK, **words: object) -> CallOff:
    made = CallOff(
        number="C-0001/01",
        contract="C-0001",
        lot="main",
        kind=Kind.ORDER,
        title="Foster placement",
        provider="oakfield",
        service="fostering",
        account="Expenses:ThirdParty:FosterCare",
        unit=unit,
        starts=FIRST,
        funding=(DatedFunding(FIRST, (Funder("pool", 1),)),),
        state=CallOffState.ORDERED,
        prices=(DatedPrice(FIRST, Money.parse(price)),),
    )
    return replace(made, **words)  # type: ignore[arg-type]


def test_a_week_is_seven_days_and_a_year_the_days_it_has() -> None:
    weekly = placement()

    assert needs(weekly, [], YEAR) == {YEAR: Money.parse("36600.00")}
    assert needs(weekly, [], YEAR.next) == {
        YEAR: Money.parse("36600.00"),
        YEAR.next: Money.parse("36500.00"),
    }


def test_days_that_are_billed_are_promised_no_more_and_what_is_disputed_is() -> None:
    four_weeks = Billed(starts=FIRST, ends=date(2003, 4, 28), held=Money.parse("150.00"))
    ends = placement(expected_end=date(2003, 6, 30))

    assert needs(ends, [], YEAR)[YEAR] == Money.parse("9100.00")
    assert needs(ends, [four_weeks], YEAR)[YEAR] == Money.parse("6450.00")


def test_units_that_are_billed_are_promised_no_more() -> None:
    hours = placement("41.50", Unit.HOUR, quantity=Fraction(100))
    billed = Billed(starts=FIRST, ends=date(2003, 4, 30), units=Fraction("37.5"))

    assert needs(hours, [billed], YEAR)[YEAR] == Money.parse("2593.75")


def test_an_accrual_of_the_old_year_is_promised_again_in_the_new_until_it_is_invoiced() -> None:
    """£500 delivered in March and accrued; reversed in April; then its invoice is approved."""
    march, april = YEAR, YEAR.next
    need = {march: Money(50000), april: Money(120000)}
    accrued = {march: Money(50000), april: Money(-50000)}

    before = promised(need, {}, [march, april])
    while_accrued = promised(need, accrued, [march, april])
    once_billed = promised({march: NIL, april: Money(120000)}, accrued, [march, april])

    assert before == {march: Money(50000), april: Money(120000)}
    assert while_accrued == {march: NIL, april: Money(170000)}
    assert once_billed == {march: NIL, april: Money(120000)}


def test_what_a_closed_year_still_needs_is_carried_into_the_next() -> None:
    need = {YEAR: Money(50000), YEAR.next: Money(120000)}

    assert promised(need, {}, [YEAR.next]) == {YEAR: NIL, YEAR.next: Money(170000)}


days = st.integers(0, (LAST - FIRST).days).map(lambda n: FIRST + timedelta(days=n))
pounds = st.integers(0, 500_000).map(Money)


@st.composite
def happenings(draw: st.DrawFn) -> Happening:
    event = draw(
        st.sampled_from(
            [
                CallOffEvent.VARY,
                CallOffEvent.VARY,
                CallOffEvent.SUSPEND,
                CallOffEvent.RESUME,
                CallOffEvent.END,
            ]
        )
    )
    day = draw(days)
    if event is CallOffEvent.SUSPEND:
        until = draw(st.none() | st.integers(0, 60).map(lambda n: day + timedelta(days=n)))
        return Happening(event=event, day=day, until=until, retainer=draw(pounds))
    if event is not CallOffEvent.VARY:
        return Happening(event=event, day=day)
    kind = draw(st.sampled_from(["price", "enhancement", "end", "places"]))
    if kind == "places":
        return Happening(event=event, day=day, quantity=Fraction(draw(st.integers(1, 4))))
    if kind == "price":
        return Happening(event=event, day=day, price=draw(pounds))
    if kind == "end":
        return Happening(event=event, day=day, expected_end=day)
    return Happening(
        event=event, day=day, enhancement=draw(pounds), until=day + timedelta(days=20), reason="x"
    )


bills = st.lists(
    st.tuples(days, st.integers(0, 90), pounds, st.booleans(), st.integers(0, 90)).map(
        lambda one: Billed(
            starts=one[0],
            ends=one[0] + timedelta(days=one[1]),
            held=one[2] if one[3] else NIL,
            back=_taken_back(one[0], one[1], one[4]),
        )
    ),
    max_size=6,
)


def _taken_back(starts: date, many: int, after: int) -> tuple[Stretch, ...]:
    """The days of a bill from some day on, which were asked back; none where it is shorter."""
    if after > many:
        return ()
    return (Stretch(starts + timedelta(days=after), starts + timedelta(days=many)),)


def after_all(story: list[Happening]) -> CallOff:
    now = placement()
    for what in story:
        then = happened(now, what)
        if isinstance(then, CallOff) and (then.last_day is None or then.last_day >= FIRST):
            now = then
    return now


@given(st.lists(happenings(), max_size=8), bills, st.lists(st.integers(-900_000, 900_000)))
def test_whatever_happens_a_promise_is_never_below_nil_and_never_above_what_is_not_billed(
    story: list[Happening], billed: list[Billed], drawn: list[int]
) -> None:
    now = after_all(story)
    years = [YEAR, YEAR.next]
    otherwise = {year: Money(pence) for year, pence in zip(years, drawn, strict=False)}

    needed = needs(now, billed, YEAR.next)
    held = promised(needed, otherwise, years)

    assert all(amount >= NIL for amount in held.values())
    whole = now.cost_of([Stretch(FIRST, LAST)]) + Money.total(one.held for one in billed)
    # Each stretch of days is rounded once in each year.
    assert Money.total(needed.values()) <= whole + Money(len(years))
    if sum(drawn[:2]) == 0 and all(pence >= 0 for pence in drawn[:2]):
        assert Money.total(held.values()) == Money.total(needed.values())


@given(st.lists(happenings(), max_size=8), st.integers(1, 40))
def test_nothing_is_promised_when_all_has_ended_and_is_billed(
    story: list[Happening], at_once: int
) -> None:
    now = after_all([one for one in story if one.event is not CallOffEvent.END])
    ended = happened(now, Happening(event=CallOffEvent.END, day=LAST))
    assert isinstance(ended, CallOff)
    billed = [
        Billed(starts=FIRST + timedelta(days=n), ends=FIRST + timedelta(days=n + at_once - 1))
        for n in range(0, (LAST - FIRST).days + 1, at_once)
    ]

    left = needs(ended, billed, YEAR.next)

    assert Money.total(left.values()) == NIL


@given(st.lists(happenings(), max_size=6), bills)
def test_billing_more_days_never_promises_more(
    story: list[Happening], billed: list[Billed]
) -> None:
    now = after_all(story)
    quiet = [replace(one, held=NIL) for one in billed]

    before = Money.total(needs(now, quiet[:-1], YEAR.next).values())
    after = Money.total(needs(now, quiet, YEAR.next).values())

    # A stretch parted in two is rounded once in each year, so by a penny a year at most.
    assert after <= before + Money(2)


@given(bills, st.integers(1, 400), st.integers(0, 700), st.lists(pounds, max_size=3))
def test_hours_are_never_promised_below_nil_nor_above_their_dearest_price(
    billed: list[Billed], many: int, run: int, prices: list[Money]
) -> None:
    """Whatever is billed and taken back: nil once every hour is, and each year is rounded once."""
    dated = [DatedPrice(FIRST + timedelta(days=90 * n), one) for n, one in enumerate(prices, 1)]
    now = placement(
        "41.37",
        Unit.HOUR,
        quantity=Fraction(many),
        expected_end=FIRST + timedelta(days=run),
        prices=(DatedPrice(FIRST, Money.parse("41.37")), *dated),
    )
    lines = [replace(one, units=Fraction(3), held=NIL) for one in billed]

    needed = Money.total(needs(now, lines, YEAR.next).values())

    left = max(many - 3 * len(lines), 0)
    dearest = max(one.price for one in now.prices)
    assert NIL <= needed <= dearest.times(Fraction(left)) + Money(2)
