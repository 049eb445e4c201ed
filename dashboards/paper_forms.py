"""The files kept with a journal on a page: to be read, added, taken away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import acting, ask_entry, show
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.entering import LARGEST, TYPES
from trust_commissioning.files.identifiability import questions
from trust_commissioning.sign_ins import SignedIn
from trust_commissioning.store.attachments import Attachment


def listed(
    viewer: SignedIn, papers: Sequence[Attachment], people: dict[str, str], *, said: str = ""
) -> None:
    """Each file with who gave it and the means to read it; with `said`, to take it away."""
    for paper in papers:
        name = f"{paper.journal_id}-{paper.turn}"
        left, middle, right = st.columns([3, 1.2, 1], vertical_alignment="center")
        with left:
            by = people.get(paper.added_by, paper.added_by)
            show.note(
                f"{paper.name}, {_size(paper.size)}, from {by}, {show.moment(paper.added_at)}"
            )
        middle.download_button(
            f"Read {paper.name}",
            lambda paper=paper: ask_entry.contents(viewer, paper),  # type: ignore[misc]
            file_name=paper.name,
            mime=paper.media_type,
            on_click="ignore",
            key=f"paper-{name}",
        )
        if said and right.button("Take away", key=f"paper-away-{name}"):
            acting.do(lambda paper=paper: _away(viewer, paper), said)  # type: ignore[misc]


def taking(key: str) -> list[ask_entry.File]:
    """The box for files, with what to look at in their names before they are kept."""
    given = st.file_uploader(
        "Files to keep with it: the invoice, the remittance, the e-mail that asks for it",
        type=list(TYPES),
        accept_multiple_files=True,
        key=key,
        max_upload_size=LARGEST // 2**20,
        help=f"Each of at most {LARGEST // 2**20} MiB. No file that names a child.",
    )
    day = clock.day_of(clock.now())
    show.warnings(
        [str(asked) for one in given for asked in questions(day, file=one.name.replace("_", " "))]
    )
    return [(one.name, one.getvalue()) for one in given]


def adding(viewer: SignedIn, journal_id: int, said: str) -> None:
    """The means to add files to a journal that is there."""
    with st.expander("Add a file"):
        files = taking(f"papers-of-{journal_id}")
        if files and st.button("Keep with the journal", key=f"papers-keep-{journal_id}"):

            def work() -> str:
                ask_entry.attach(viewer, journal_id, files)
                return f"Kept {counted(len(files), 'file')} with the journal."

            acting.do(work, said, title="It was not kept")


def _away(viewer: SignedIn, paper: Attachment) -> str:
    ask_entry.detach(viewer, paper)
    return f"{paper.name} was taken away."


def _size(size: int) -> str:
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{-(-size // 1024)} KiB"
