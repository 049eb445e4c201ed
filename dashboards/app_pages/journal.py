"""One journal: what was posted, by whom, from what, and where it stands in the books.

Reader: an auditor or finance officer who followed a figure. Figures: `ask.journal`. This page only
asks and shows.
"""

import streamlit as st

from dashboards import address, ask, ask_audit, ask_entry, paper_forms, show, who
from ledger.journal import AuthoredBy, Journal, PostedJournal
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.reports import Column, SourceRow
from trust_commissioning.reports.audit_trail import COLUMNS, row_of
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action, may

POSTINGS = (
    Column(key="account", title="Account"),
    Column(key="service", title="Service"),
    Column(key="outcome", title="Outcome"),
    Column(key="partner", title="Partner"),
    Column(key="contract", title="Contract"),
    Column(key="debit", title="Debit", kind="money"),
    Column(key="credit", title="Credit", kind="money"),
)
# Columns that stand only where a posting says something in them.
CODING = ("service", "outcome", "partner", "contract")
SAID = "journal-said"
WROTE = {
    AuthoredBy.PERSON: "Keyed by a person",
    AuthoredBy.BATCH: "Read from a file",
    AuthoredBy.RULE: "Made by a posting rule from a document",
    AuthoredBy.REVERSAL: "An automatic reversal",
}


def postings(journal: Journal, known: ask.Known) -> list[dict[str, Cell]]:
    """Each posting with its coding in words; debits and credits apart."""
    return [
        {
            "account": f"{known.accounts.get(one.account, '')} ({one.account})",
            "service": known.services.get(one.service or "", ""),
            "outcome": show.outcome(one.account, one.outcome or ""),
            "partner": known.partners.get(one.partner or "", ""),
            "contract": one.contract or "",
            **show.sides(one.amount),
        }
        for one in journal.postings
    ]


def about(journal: Journal, known: ask.Known) -> None:
    """What the journal says of itself."""
    late = day_in_full(journal.document_day) if journal.document_day else ""
    show.facts(
        [
            ("What it is for", journal.narration),
            ("Provider as printed", journal.payee),
            ("Book", journal.book.value.capitalize()),
            ("Fund", known.funds.get(journal.fund, journal.fund)),
            ("Date", day_in_full(journal.day)),
            ("Date of its document", late),
            ("Period", f"{journal.period.title} ({journal.period})"),
            ("Reverses", journal.reverses or ""),
        ],
        links={"Reverses": address.link("journal", {"number": journal.reverses or ""})},
    )


def proof(posted: PostedJournal, opened: ask.Opened, known: ask.Known) -> None:
    """Who entered and posted it, with what seals it."""
    by_file = posted.authored_by is AuthoredBy.BATCH
    author = f"The file of batch {posted.author}" if by_file else known.person(posted.author)
    show.facts(
        [
            ("How it was written", WROTE[posted.authored_by]),
            ("Entered by", author),
            ("Entered on", show.moment(opened.stored.entered_at)),
            ("Posted by", known.person(posted.posted_by)),
            ("Posted on", show.moment(posted.posted_at)),
            ("Request", f"{posted.journal.source} {posted.journal.source_ref}"),
            ("Place in the chain", f"{posted.sequence:,}"),
            ("Hash", posted.hash),
            ("Hash of the journal before", posted.previous_hash),
        ]
    )


def source(found: SourceRow | None, known: ask.Known) -> None:
    """The row of a file it was made from, as it was printed."""
    if found is None:
        show.note("It was not made from a row of a file.")
        return
    show.facts(
        [
            ("File", found.file_name),
            ("Row", f"{found.row:,}"),
            ("Batch", found.batch),
            ("Loaded", f"by {known.person(found.loaded_by)} on {show.moment(found.loaded_at)}"),
            ("Rounded from", found.rounded_from or ""),
            ("SHA-256 of the file", found.file_sha256),
        ],
        links={"Batch": address.link("journals", {"batch": found.batch})},
    )
    show.table(
        f"Row {found.row:,} as it was printed",
        (Column(key="heading", title="Heading"), Column(key="cell", title="Cell")),
        [{"heading": heading, "cell": cell} for heading, cell in found.cells.items()],
        see_caption=True,
    )


def in_the_books(posted: PostedJournal, known: ask.Known) -> None:
    """The file and line an auditor finds it at, and what is written there."""
    place = ask_audit.place(posted)
    if place is None:
        show.note("It is not in the published books yet; they follow within a minute of posting.")
        return
    show.facts(
        [
            ("File", place.file),
            ("Line", f"{place.line:,} to {place.last_line:,}"),
            ("To print it", f"sed -n {place.line},{place.last_line}p {place.file}"),
        ]
    )
    st.code(place.text, language=None, wrap_lines=True)
    ways = [
        ("This journal in Fava", show.in_the_books(posted, known.trust)),
        ("Beancount’s figures beside ours", show.beside_the_record(posted, known.trust)),
    ]
    show.links_line([*ways, ("The seal and how to check it", address.link("seal", {}))])


def trail(id: int, known: ask.Known) -> None:
    """What people did to it, from the first act on; a file's journals came with their batch."""
    show.table(
        "What was done to this journal",
        COLUMNS,
        [row_of(one, known.people, between="\n") for one in ask_audit.of_journal(viewer, id)],
        nothing="Nobody handled it by hand: it was loaded with its file or made by a rule.",
    )
    show.links_line(
        [
            (
                "Its part of the audit trail",
                address.link("audit-trail", {"kind": "journal", "key": id}),
            )
        ]
    )


def reversal(number: str, opened: ask.Opened) -> None:
    """What reversed it, or the means to ask for that."""
    if opened.reversed_by == "waiting":
        show.note("Its reversal waits for somebody to post it.")
        return
    if opened.reversed_by:
        show.links_line(
            [
                (
                    f"It was reversed by {opened.reversed_by}",
                    address.link("journal", {"number": opened.reversed_by}),
                )
            ]
        )
        return
    if not may(viewer, Action.REVERSE_JOURNAL):
        show.note("It has not been reversed.")
        return
    show.note("What is posted is never changed. A mistake is mended by posting its opposite.")
    with st.form("reversal", border=False, enter_to_submit=False):
        reason = st.text_input("Why should it be reversed?", max_chars=300)
        wanted = st.form_submit_button("Ask for its reversal")
    if wanted:
        try:
            ask.reverse(viewer, number, reason)
        except Refused as refused:
            show.problems(refused.problems)
        else:
            show.done("The reversal waits for somebody else to post it.")


viewer = who.must(Action.READ_JOURNALS)
known = ask.known()
number = st.query_params.get("number", "")
opened = ask.journal(number) if number else None
if opened is None or opened.stored.posted is None:
    show.heading("Journal")
    show.note(f"There is no posted journal {number}." if number else "No journal was asked for.")
    show.links_line([("Find a journal", address.link("journals", {}))])
    st.stop()

posted = opened.stored.posted
journal = posted.journal
st.set_page_config(page_title=f"Journal {number} – {known.trust}")
show.heading(f"Journal {number}")
ways = [("All journals", address.link("journals", {}))]
if may(viewer, Action.READ_BOOKS):
    ways.append(("See it in the books", show.in_the_books(posted, known.trust)))
show.links_line(ways)
if said := st.session_state.pop(SAID, ""):
    show.done(said)

about(journal, known)
made = postings(journal, known)
show.table(
    "Postings",
    [one for one in POSTINGS if one.key not in CODING or any(row[one.key] for row in made)],
    made,
    totals={"debit": journal.debits, "credit": journal.debits},
    see_caption=True,
)
show.section("Files kept with it")
papers = ask_entry.papers(opened.stored.id)
if not papers:
    show.note("No file is kept with it.")
paper_forms.listed(viewer, papers, known.people)
if may(viewer, Action.ENTER_JOURNAL):
    paper_forms.adding(viewer, opened.stored.id, SAID)
show.section("Where it came from")
source(opened.source, known)
if may(viewer, Action.READ_BOOKS):
    show.section("In the published books")
    in_the_books(posted, known)
show.section("Who entered it, who posted it")
proof(posted, opened, known)
show.section("Reversal")
reversal(number, opened)
if may(viewer, Action.READ_AUDIT_TRAIL):
    show.section("Audit trail of this journal")
    trail(opened.stored.id, known)
