"""Journals to post: what would each change, and may I post it?

Reader: the approver, who did not key it. Figures: `ask.waiting`. This page only asks and shows.
"""

import streamlit as st

from dashboards import address, ask, ask_budgets, ask_entry, paper_forms, show, who
from ledger.journal import Journal
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.files.identifiability import questions_in_journal
from trust_commissioning.reports import Column, EffectLine, LeftLine
from trust_commissioning.roles import Action
from trust_commissioning.store.journals import StoredJournal

EFFECT = (
    Column(key="account", title="Account"),
    Column(key="service", title="Service"),
    Column(key="outcome", title="Outcome"),
    Column(key="before", title="Before", kind="money"),
    Column(key="change", title="Change", kind="money"),
    Column(key="after", title="After", kind="money"),
)
LEFT = (
    Column(key="service", title="Of"),
    Column(key="before", title="Before", kind="money"),
    Column(key="change", title="Change", kind="money"),
    Column(key="after", title="After", kind="money"),
)
SAID = "approvals-said"


def waiting(
    stored: StoredJournal, effect: list[EffectLine], left: list[LeftLine], known: ask.Known
) -> None:
    """A waiting journal, what posting it would change, and the two things to do with it."""
    journal = stored.journal
    with st.container(border=True):
        show.subsection(journal.narration)
        show.facts(
            [
                ("Amount", str(journal.debits)),
                ("Fund", known.funds.get(journal.fund, journal.fund)),
                ("Book", journal.book.value.capitalize()),
                ("Date", f"{day_in_full(journal.day)}, in {journal.period.title}"),
                ("Provider as printed", journal.payee),
                ("Reverses", journal.reverses or ""),
                (
                    "Entered",
                    f"by {known.person(stored.author)} on {show.moment(stored.entered_at)}",
                ),
            ],
            links={"Reverses": address.link("journal", {"number": journal.reverses or ""})},
        )
        show.warnings([str(question) for question in questions_in_journal(journal)])
        paper_forms.listed(viewer, ask_entry.papers(stored.id), known.people)
        held = ask_budgets.held(viewer, stored)
        if held is not None:
            show.facts([("Your limit for virements", held.limit)])
            show.warnings([held.stops] if held.stops else [])
            if held.other_fund:
                fund = known.funds.get(held.other_fund, held.other_fund)
                show.note(f"Its other side is in {fund}: both are posted, or neither.")
        show.table(
            f"What it changes: balances of the fund in {journal.period.year}, {journal.book} book",
            EFFECT,
            [
                {
                    "account": f"{known.accounts.get(line.account, '')} ({line.account})",
                    "service": known.services.get(line.service, ""),
                    "outcome": show.outcome(line.account, line.outcome),
                    "before": line.before,
                    "change": line.change,
                    "after": line.after,
                }
                for line in effect
            ],
            see_caption=True,
        )
        show.note("Debits are above nil, credits below.", kind="small")
        leaves(journal, left, known)
        if stored.author == viewer.username:
            show.note("You entered this, so somebody else must post it.")
            return
        decide(stored)


def leaves(journal: Journal, left: list[LeftLine], known: ask.Known) -> None:
    """What posting it leaves to spend."""
    if not left:
        return
    whole = f"The whole fund {known.funds.get(journal.fund, journal.fund)}"
    show.table(
        f"What it leaves to spend in {journal.period.year}: budget less promised less spent",
        LEFT,
        [
            {
                "service": known.services.get(one.service, one.service) or whole,
                "before": one.before,
                "change": one.change,
                "after": one.after,
            }
            for one in left
        ],
        see_caption=True,
        good_above_nil=["after"],
    )


def decide(stored: StoredJournal) -> None:
    """Post it, or give it back with the reason."""
    if st.button("Post it", type="primary", key=f"post-{stored.id}-{stored.version}"):
        try:
            number = ask.post(viewer, stored.id, stored.version)
        except Refused as refused:
            show.problems(refused.problems, title="It was not posted")
        else:
            st.session_state[SAID] = (f"Posted as {number}.", number)
            st.rerun()
    with st.form(f"back-{stored.id}", border=False, enter_to_submit=False):
        reason = st.text_input("Or send it back, because", max_chars=300)
        wanted = st.form_submit_button("Send back")
    if wanted:
        try:
            ask.send_back(viewer, stored.id, reason)
        except Refused as refused:
            show.problems(refused.problems, title="It was not sent back")
        else:
            st.session_state[SAID] = ("Sent back to its author as a draft.", "")
            st.rerun()


viewer = who.must(Action.POST_JOURNAL)
known = ask.known()
show.heading("Journals to post", "What somebody else keyed, and what posting it would change.")
words, posted = st.session_state.pop(SAID, ("", ""))
if words:
    to = [("See it", address.link("journal", {"number": posted}))] if posted else []
    show.done(words, to)
unposted = ask.waiting()
if not unposted:
    show.note("No journal waits to be posted.")
for stored, effect, left in unposted:
    waiting(stored, effect, left, known)
