"""Services of needs, providers, contracts, measures, procurement and monitoring."""

from sqlmodel import Session

from contracts.monitoring import Concern, ConcernSource
from contracts.monitoring import Weight as ConcernWeight
from contracts.procurement import Abandonment, Interest, Route, TenderLot, Waiver
from contracts.procurement import Plan as ProcurementPlan
from ledger.money import Money
from tests.people.walked.service import DUE, Service, after, asker, told
from tests.support.trusts import AT, CLERK
from trust_commissioning import commissioning, monitoring, procuring
from trust_commissioning.roles import MAY, Action
from trust_commissioning.store.monitoring import CONCERN as CONCERN_KIND
from trust_commissioning.store.monitoring import Fact

TO_BUY = ProcurementPlan(
    title="Placements",
    route=Route.DIRECT_AWARD,
    reasons="Only one can",
    service="fostering",
    lots=(TenderLot(code="main", title="All", estimated=Money(100)),),
)


def with_procurement(session: Session, _by: str) -> None:
    """A direct award that somebody else planned, and everybody without an interest in it."""
    procuring.plan(session, "PR-1", TO_BUY, day=DUE, by=CLERK, at=AT)
    for role in MAY[Action.DECLARE_INTEREST]:
        said = Interest(has_interest=False)
        by = asker(role)
        procuring.tell(session, "PR-1", said, reference=by, day=DUE, by=by, at=AT)


CONCERN = Concern(
    reference="K-1",
    provider="oakfield",
    day=DUE,
    source=ConcernSource.COMPLAINT,
    weight=ConcernWeight.MINOR,
    words="Late",
)


REGISTER = (
    b"Contract title,Contract reference,Supplier,Start date,End date,Contract value\n"
    b"Fostering,DN1,Oakfield,01/04/2003,31/03/2004,10.00\n"
)
SIGNED = told(
    "contract",
    number="C-0007",
    title="Respite",
    provider="oakfield",
    service="fostering",
    fund="general",
    form="framework",
    signed="2003-03-14",
    value="100.00",
    starts="2003-04-01",
    ends="2004-03-31",
    extensions=[{"code": "first", "until": "2005-03-31"}],
    lots=[{"code": "nights", "title": "Nights", "unit": "night", "price": "1.00"}],
    obligations=[{"code": "report", "title": "A report", "day": "2003-04-30"}],
)
OF_IT = {"contract": "C-0007", "reference": "E", "day": "2003-05-01", "reason": "x"}
ENDED = told("contract-end", **OF_IT, last_day="2003-04-30", how="ended")
UPLIFT = told(
    "uplift",
    **(OF_IT | {"reference": "U"}),
    starts="2003-10-01",
    prices=[{"lot": "nights", "price": "2.00"}],
)
NEED = told("need", code="homes", title="Homes", group="Children in care", locality="Weald")
OF_NEED = {"need": "homes", "reference": "E", "day": "2003-04-30"}
VIEW = told(
    "view",
    reference="V",
    day="2003-04-30",
    whose="children",
    words="Nearer to school",
    gathered="A survey",
    need="homes",
)
OF_PROVIDER = {"provider": "oakfield", "reference": "E", "day": "2003-04-30"}
DOCUMENT = told(
    "provider-document",
    provider="oakfield",
    reference="D",
    document="accounts",
    starts="2003-04-01",
)
ENTRY = told(
    "directory-entry",
    code="foster",
    service="fostering",
    provider="oakfield",
    title="Foster care",
    description="Homes for children",
    referral="Through a social worker",
    contacts=[{"name": "The fostering office", "phone": "01632 960001"}],
    owner="The team",
    review_day="2003-04-15",
)
MEASURE = told(
    "indicator", code="near_home", name="Placed near home", unit="percent", direction="higher"
)
OF_MEASURE = {"indicator": "near_home"}


SERVICES: dict[str, Service] = {
    "procuring.plan": Service(
        Action.PROCURE,
        lambda s, by: procuring.plan(s, "PR-1", TO_BUY, day=DUE, by=by, at=AT),
    ),
    "procuring.tell of an end": Service(
        Action.PROCURE,
        lambda s, by: procuring.tell(
            s, "PR-1", Abandonment(reason="x"), reference="E", day=DUE, by=by, at=AT
        ),
        with_procurement,
    ),
    "procuring.tell of a waiver": Service(
        Action.AWARD,
        lambda s, by: procuring.tell(
            s,
            "PR-1",
            Waiver(provider="oakfield", reason="x"),
            reference="E",
            day=DUE,
            by=by,
            at=AT,
        ),
        with_procurement,
    ),
    "procuring.tell of an interest": Service(
        Action.DECLARE_INTEREST,
        lambda s, by: procuring.tell(
            s, "PR-1", Interest(has_interest=True), reference="E", day=DUE, by=by, at=AT
        ),
        with_procurement,
    ),
    "monitoring.tell": Service(
        Action.MONITOR,
        lambda s, by: monitoring.tell(
            s,
            Fact(
                kind=CONCERN_KIND, reference="K-1", day=DUE, contents=CONCERN, provider="oakfield"
            ),
            by=by,
            at=AT,
        ),
    ),
    "commissioning.sign": Service(Action.KEEP_REGISTER, SIGNED),
    "commissioning.vary": Service(
        Action.KEEP_REGISTER, told("variation", **OF_IT, value="110.00"), after(SIGNED)
    ),
    "commissioning.extend": Service(
        Action.KEEP_REGISTER, told("extension", **OF_IT, option="first"), after(SIGNED)
    ),
    "commissioning.end": Service(Action.KEEP_REGISTER, ENDED, after(SIGNED)),
    "commissioning.reopen": Service(
        Action.KEEP_REGISTER,
        told("contract-reopening", **(OF_IT | {"reference": "R"}), ends="2004-03-31"),
        after(SIGNED, ENDED),
    ),
    "commissioning.ask": Service(Action.KEEP_REGISTER, UPLIFT, after(SIGNED)),
    "commissioning.decide": Service(
        Action.CHECK_UPLIFT,
        told("uplift-decision", uplift="U", step="checked", day="2003-05-01"),
        after(SIGNED, UPLIFT),
    ),
    "commissioning.record_figure": Service(
        Action.KEEP_REGISTER,
        told("index-figure", index="RPI", month="2003-04-01", figure="181.2", source="A release"),
    ),
    "commissioning.meet": Service(
        Action.KEEP_REGISTER,
        told(
            "obligation-met",
            contract="C-0007",
            reference="M",
            obligation="report",
            due="2003-04-30",
            day="2003-04-30",
        ),
        after(SIGNED),
    ),
    "commissioning.file_document": Service(
        Action.KEEP_REGISTER,
        told(
            "contract-document",
            contract="C-0007",
            reference="D",
            name="The contract",
            kind="contract",
            day="2003-03-14",
            sha256="a" * 64,
        ),
        after(SIGNED),
    ),
    "commissioning.load_register": Service(
        Action.KEEP_REGISTER,
        lambda s, by: commissioning.load_register(
            s, REGISTER, name="register.csv", publisher="Weald", by=by, at=AT
        ),
    ),
    "providing.keep_need": Service(Action.KEEP_REGISTER, NEED),
    "providing.observe": Service(
        Action.KEEP_REGISTER,
        told("need-observation", **OF_NEED, number=40, source="A count"),
        after(NEED),
    ),
    "providing.state_provision": Service(
        Action.KEEP_REGISTER,
        told("need-provision", **OF_NEED, provided=30, said_by="The team"),
        after(NEED),
    ),
    "providing.prioritise": Service(
        Action.KEEP_REGISTER,
        told("need-priority", **OF_NEED, outcome="stay_safe", rank=1, reason="x"),
        after(NEED),
    ),
    "providing.hear": Service(Action.KEEP_REGISTER, VIEW, after(NEED)),
    "providing.note_change": Service(
        Action.KEEP_REGISTER,
        told(
            "view-change",
            reference="L",
            view="V",
            day="2003-05-01",
            changed="need",
            what="homes",
            words="Asked for nearer homes",
        ),
        after(NEED, VIEW),
    ),
    "providing.keep_provider": Service(
        Action.KEEP_REGISTER,
        told("provider", code="beech", name="Beech Care", sector="voluntary"),
    ),
    "providing.identify": Service(
        Action.KEEP_REGISTER,
        told("provider-identifier", **OF_PROVIDER, scheme="GB-COH", value="01234567"),
    ),
    "providing.register": Service(
        Action.KEEP_REGISTER,
        told(
            "provider-registration",
            **OF_PROVIDER,
            regulator="The commission",
            number="R1",
            status="registered",
        ),
    ),
    "providing.file_document": Service(
        Action.KEEP_REGISTER,
        DOCUMENT,
    ),
    "providing.withdraw_document": Service(
        Action.KEEP_REGISTER,
        told(
            "provider-document-end",
            **OF_PROVIDER,
            document="D",
            reason="Cancelled by the insurer",
        ),
        after(DOCUMENT),
    ),
    "providing.inspect": Service(
        Action.KEEP_REGISTER,
        told(
            "inspection", **OF_PROVIDER, inspectorate="The commission", words="Good", result="met"
        ),
    ),
    "providing.set_document_rule": Service(
        Action.CHANGE_REGISTER,
        told("document-rule", reference="R", document="accounts", starts="2004-04-01"),
    ),
    "providing.keep_service": Service(
        Action.KEEP_REGISTER, told("service", code="respite", title="Respite")
    ),
    "providing.weigh": Service(
        Action.KEEP_REGISTER,
        told("outcome-weights", service="therapy", starts="2003-10-01", weights={"be_healthy": 1}),
    ),
    "providing.keep_entry": Service(Action.KEEP_REGISTER, ENTRY),
    "providing.check_entry": Service(
        Action.KEEP_REGISTER,
        told(
            "directory-check",
            entry="foster",
            reference="E",
            day="2003-04-30",
            review_day="2004-04-30",
        ),
        after(ENTRY),
    ),
    "providing.chase_entry": Service(
        Action.KEEP_REGISTER,
        told("directory-chase", entry="foster", reference="E", day="2003-04-30"),
        after(ENTRY),
    ),
    "targeting.keep_indicator": Service(Action.KEEP_TARGETS, MEASURE),
    "targeting.map_indicator": Service(
        Action.KEEP_TARGETS,
        told(
            "indicator-mapping",
            **OF_MEASURE,
            reference="M",
            starts="2003-04-01",
            outcomes=["stay_safe"],
            reason="x",
        ),
        after(MEASURE),
    ),
    "targeting.set_target": Service(
        Action.KEEP_TARGETS,
        told(
            "outcome-target",
            **OF_MEASURE,
            code="near",
            baseline={"day": "2003-03-31", "figure": "60"},
            points=[{"day": "2004-03-31", "figure": "70"}],
            owner="The team",
        ),
        after(MEASURE),
    ),
    "targeting.observe": Service(
        Action.KEEP_TARGETS,
        told(
            "observation",
            **OF_MEASURE,
            reference="O",
            day="2003-04-30",
            figure="61",
            source="A count",
        ),
        after(MEASURE),
    ),
}
