"""Set-up: what of this trust is ready, and what is left to do?

Reader: administrators. Questions: `ask_people.steps`. This page only asks and shows.
"""

from collections.abc import Mapping

from dashboards import address, ask_people, show, who
from dashboards.pages_table import TABLE
from ledger.wording import counted
from trust_commissioning.reports import Column
from trust_commissioning.reports.shape import Cell
from trust_commissioning.roles import Action

COLUMNS = (
    Column(key="title", title="Step"),
    Column(key="state", title="Where it stands"),
    Column(key="says", title="What there is"),
    Column(key="way", title="Where it is done"),
)
TITLES = {entry.url_path: entry.title for entry in TABLE}

who.must(Action.MANAGE_PEOPLE)
show.heading("Set-up", "What of this trust is ready, and what is left to do.")
steps = ask_people.steps()
pages = {step.title: step.page for step in steps}
left = [step for step in steps if not step.done]
show.note(
    f"{counted(len(left), 'step is', 'steps are')} left." if left else "Everything is set up."
)


def leads(row: Mapping[str, Cell], key: str) -> str:
    page = pages[str(row["title"])]
    return address.link(page, {}) if key == "way" and page else ""


show.table(
    "Setting up the trust",
    COLUMNS,
    [
        {
            "title": step.title,
            "state": "Done" if step.done else "To do",
            "says": step.says,
            "way": TITLES.get(step.page) or f"The command {step.command}",
        }
        for step in steps
    ],
    links=leads,
)
show.note("A command is run on the machine that keeps the trust.", kind="small")
