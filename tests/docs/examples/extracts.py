"""Examples of what is wrong with the lines of a spending extract, or with loading them."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from ledger.money import Money
from tests.docs.examples.kept import Run, example, in_small_trust
from tests.support.trusts import AT, CLERK
from trust_commissioning.api import journals as journal_routes
from trust_commissioning.api import spending
from trust_commissioning.files.amounts import read_amount
from trust_commissioning.files.columns import Columns, Meaning, Profile
from trust_commissioning.files.dates import DateOrder, DateRules, read_date
from trust_commissioning.files.layouts import layout, layout_in_words
from trust_commissioning.importing import journals_file
from trust_commissioning.importing.loading import load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.importing.profiles import keep_layout, save_profile
from trust_commissioning.importing.spend_file import read_spend

_HEADINGS = "Date paid,Supplier,Amount"


def _spend(*rows: str, headings: str = _HEADINGS, **asked: object) -> Callable[[], object]:
    def run() -> object:
        text = "\n".join([headings, *rows])
        found = read_spend(text.encode(), name="spend.csv", **asked)  # type: ignore[arg-type]
        return [*found.problems, *found.warnings]

    return run


def _load(*files: str, said: SpendOptions | None = None) -> Run:
    """Load one file after another; the last is the example."""

    def work(session: Session) -> object:
        for place, text in enumerate(files):
            asked = said if said and place == len(files) - 1 else SpendOptions(fund="general")
            data = f"{_HEADINGS}\n{text}".encode()
            load_spend(session, data, name="spend.csv", options=asked, by=CLERK, at=AT)
        return []

    return in_small_trust(work)


def _preview(first: str, second: str, **said: object) -> Run:
    """Load one file, then look at another with what is said of it."""

    def work(session: Session) -> object:
        profile = Profile(name="month-first", date_order=DateOrder.MONTH_FIRST)
        save_profile(session, profile, by=CLERK, at=AT)
        headings = f"{_HEADINGS},Description\n"
        plain = SpendOptions(fund="general")
        data = (headings + first).encode()
        load_spend(session, data, name="spend.csv", options=plain, by=CLERK, at=AT)
        asked = SpendOptions(fund="general", **said)  # type: ignore[arg-type]
        data = (headings + second).encode()
        plan = preview_spend(session, data, name="spend.csv", options=asked)
        return [*plan.problems, *plan.warnings]

    return in_small_trust(work)


_LINE = "30/04/2003,Oakfield Fostering,100.00"
_OTHER = "30/04/2003,Weald Respite Care,50.00"
_NEW = "31/05/2003,Oakfield Fostering,70.00"

example(
    "amount_column_missing",
    "The file has no amounts.",
    _spend("30/04/2003,Oakfield", headings="Date paid,Supplier"),
)
example(
    "date_column_missing",
    "The file has no dates.",
    _spend("Oakfield,100.00", headings="Supplier,Amount"),
)
example(
    "supplier_column_missing",
    "The file does not say who was paid.",
    _spend("30/04/2003,100.00", headings="Date paid,Amount"),
)
example(
    "amount_is_gross",
    "The file has amounts with VAT only.",
    _spend("30/04/2003,Oakfield,117.50", headings="Date paid,Supplier,Gross amount"),
)
example(
    "heading_repeated",
    "Two columns are headed Amount.",
    _spend("30/04/2003,Oakfield,1.00,2.00", headings=_HEADINGS + ",Amount"),
)
example(
    "lines_above_headings",
    "The headings were sorted in among the lines.",
    lambda: read_spend(f"{_LINE}\n{_HEADINGS}\n{_OTHER}".encode(), name="spend.csv").problems,
)
example(
    "currency_not_sterling",
    "The amounts are in euros.",
    _spend("30/04/2003,Oakfield,100.00", headings="Date paid,Supplier,Amount (€)"),
)
example(
    "column_not_found",
    "A column is selected that the file does not have.",
    _spend(_LINE, where={"Directorate": "Children's Services"}),
)
example(
    "nothing_selected",
    "A supplier is selected that the file does not name.",
    _spend(_LINE, _OTHER, where={"Supplier": "Oakfeild"}),
)
example(
    "profile_unknown",
    "A profile is named that nobody has saved.",
    _load(_LINE, said=SpendOptions(fund="general", profile="wealdshire")),
)
_PLAIN = ("Date paid", "Supplier", "Amount")


def _keep(title: str, **columns: str) -> Run:
    """Keep some columns of a file whose supplier is kept as the list already."""

    def work(session: Session) -> object:
        for name, said in (("The list", {"supplier": "Supplier"}), (title, columns)):
            chosen = {Meaning(field): heading for field, heading in said.items()}
            keep_layout(session, layout(_PLAIN, chosen), Columns(_PLAIN), name, by=CLERK, at=AT)
        plain = SpendOptions(fund="general")
        data = f"{_HEADINGS}\n{_LINE}".encode()
        return preview_spend(session, data, name="spend.csv", options=plain).problems

    return in_small_trust(work)


example(
    "column_chosen_twice",
    "The supplier is said to be the service as well.",
    _keep("Ours", supplier="Supplier", service="Supplier"),
)
example(
    "columns_unreadable",
    "A field is mistyped.",
    lambda: layout_in_words(["Dat=Date paid"]),
)
example(
    "several_profiles_fit",
    "The same headings were kept under two names, once without their supplier.",
    _keep("Without suppliers", reference="Supplier"),
)
example("profile_name_taken", "Columns are to be kept as SAP.", _keep("SAP"))
example("profile_name_unusable", "A name has no letter.", _keep("***"))
example("amount_missing", "A cell is empty.", lambda: read_amount(""))
example(
    "amount_not_readable",
    "The column was too narrow when the file was saved.",
    lambda: read_amount("#####"),
)
example("amount_not_whole_pence", "A price was multiplied.", lambda: read_amount("638.875"))
example(
    "debit_credit_unclear",
    "An amount below nil is marked CR as well.",
    _spend("30/04/2003,Oakfield,-100.00,CR", headings=_HEADINGS + ",Dr/Cr"),
)
example(
    "net_vat_gross_do_not_add",
    "Two columns were swapped.",
    _spend(
        "30/04/2003,Oakfield,117.50,17.50,100.00",
        headings="Date paid,Supplier,Net amount,VAT,Gross amount",
    ),
)
example("date_missing", "A cell is empty.", lambda: read_date(" "))
example("date_not_readable", "A word stands where the date belongs.", lambda: read_date("TBC"))
example("date_order_not_known", "The year has two figures.", lambda: read_date("03/04/05"))
example(
    "date_month_out_of_range",
    "The month comes first.",
    lambda: read_date("04/30/2003", DateRules(order=DateOrder.DAY_FIRST)),
)
example(
    "date_weekday_disagrees",
    "A date was typed over and its weekday left.",
    lambda: read_date("Monday, April 30, 2003"),
)
example("date_out_of_range", "A year is mistyped.", lambda: read_date("30/04/0203"))
example("period_calendar_not_known", "The file has periods for dates.", lambda: read_date("200310"))
example(
    "control_total_does_not_agree",
    "The last line was lost on the way.",
    _load(_LINE, said=SpendOptions(fund="general", control_total=Money.parse("150.00"))),
)
example(
    "control_total_unreadable",
    "A request gives the control total with a comma.",
    lambda: spending._control_total("78,917,710.50"),
)
example(
    "printed_total_does_not_agree",
    "A line was taken out after the total was made.",
    _spend(_LINE, ",Total,150.00"),
)
example("file_has_no_lines", "The file ends below its headings.", _spend())
example(
    "line_not_coded",
    "A file is to be refused where a line has no rule, and there are no rules yet.",
    _load(_LINE, said=SpendOptions(fund="general", refuse_unmatched=True)),
)
example("row_too_long", "A comma stands in an amount.", _spend("30/04/2003,Oakfield,1,250.00"))
example("rows_repeated", "One payment stands in two rows.", _spend(_LINE, _LINE))
example(
    "file_overlaps_batch",
    "A file has one of two lines loaded before, with a new one.",
    _load(f"{_LINE}\n{_OTHER}", f"{_LINE}\n{_NEW}"),
)
example(
    "batch_unknown",
    "A batch is named that was never loaded.",
    _load(_LINE, said=SpendOptions(fund="general", continues="B-00007")),
)
_DESCRIBED = f"{_LINE},Fees for April"
example(
    "continues_and_separate",
    "A file is said to be both.",
    _preview(_DESCRIBED, f"{_NEW},Fees", continues="B-00001", separate=True),
)
example(
    "file_does_not_continue_batch",
    "A file of May is said to carry a file of April on, of which it has nothing.",
    _preview(_DESCRIBED, f"{_NEW},Fees for May", continues="B-00001"),
)
_EITHER_WAY = "03/04/2003,Oakfield Fostering,100.00,Fees"
example(
    "file_read_otherwise_before",
    "A file is loaded again with a profile that puts the month first.",
    _preview(_EITHER_WAY, _EITHER_WAY, profile="month-first"),
)
example(
    "lines_look_loaded",
    "A payment comes again with another description.",
    _preview(_DESCRIBED, f"{_LINE},April fees"),
)
example(
    "lines_printed_otherwise",
    "A payment comes again with another description, in a file that carries the first on.",
    _preview(_DESCRIBED, f"{_LINE},April fees", continues="B-00001"),
)
example(
    "rows_of_batch_missing",
    "A file carries another on and lacks one of its two lines.",
    _preview(f"{_DESCRIBED}\n{_OTHER},Respite", _DESCRIBED, continues="B-00001"),
)
example(
    "selection_unreadable",
    "A request selects without a sign of equality.",
    lambda: spending._pair("Supplier Oakfield"),
)
example(
    "unmatched_unknown",
    "A request says something else.",
    lambda: spending._unmatched("ignore"),
)
example(
    "outcome_unknown",
    "A list of journals is asked for by an outcome that is none of the five.",
    lambda: journal_routes._outcome("enjoy"),
)
example(
    "looks_like_nhs_number",
    "A description holds ten figures that pass the check.",
    _spend("30/04/2003,Oakfield,1.00,Fees 943 476 5919", headings=_HEADINGS + ",Description"),
)
example(
    "looks_like_pupil_number",
    "A description holds a unique pupil number.",
    _spend("30/04/2003,Oakfield,1.00,Fees H801200001001", headings=_HEADINGS + ",Description"),
)
example(
    "mentions_date_of_birth",
    "A description says DOB.",
    _spend("30/04/2003,Oakfield,1.00,Fees (DOB on file)", headings=_HEADINGS + ",Description"),
)
example(
    "looks_like_date_of_birth",
    "A description holds a date of some years before.",
    _spend("30/04/2003,Oakfield,1.00,Fees 14/02/1993", headings=_HEADINGS + ",Description"),
)


def _journals(*rows: str, headings: str = "reference,fund,date,narration,account,amount") -> Run:
    def work(session: Session) -> object:
        data = "\n".join([headings, *rows]).encode()
        return journals_file.load_journals(session, data, name="journals.csv", by=CLERK, at=AT)

    return in_small_trust(work)


_FIRST = "J1,general,30/04/2003,Fees,Expenses:Unallocated,10.00"
_SECOND = "J1,general,30/04/2003,Fees,Assets:HostCash,-10.00"

example(
    "journal_column_missing",
    "A file of journals has no column for the fund.",
    _journals(
        "J1,30/04/2003,Fees,Assets:HostCash,1.00",
        headings="reference,date,narration,account,amount",
    ),
)
example(
    "reference_missing",
    "A row does not say which journal it belongs to.",
    _journals(_FIRST, _SECOND, _SECOND.replace("J1", "")),
)
example(
    "book_unknown",
    "A journal is to go into a fourth book.",
    _journals(
        _FIRST + ",forecast",
        _SECOND + ",forecast",
        headings="reference,fund,date,narration,account,amount,book",
    ),
)
example(
    "journal_rows_disagree",
    "Two rows of one journal name two funds.",
    _journals(_FIRST, _SECOND.replace("general", "camhs")),
)
example(
    "amount_given_twice",
    "A row has a debit and a credit.",
    _journals(
        "J1,general,30/04/2003,Fees,Expenses:Unallocated,10.00,10.00",
        headings="reference,fund,date,narration,account,debit,credit",
    ),
)
example(
    "period_unreadable",
    "A file of journals gives the period as a figure.",
    _journals(
        _FIRST + ",1",
        _SECOND + ",1",
        headings="reference,fund,date,narration,account,amount,period",
    ),
)
