"""The pages there are: one table of file, title, address and the action a reader must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from trust_commissioning.roles import Action, Holder, Role, may

FOLDER = Path(__file__).parent / "app_pages"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page. `section` is its heading in the menu, where a page `beneath` another does not stand:
    it is reached by links, most of them on that other. One beneath none is reached from the menu's foot.
    """

    file: str
    title: str
    section: str
    action: Action
    beneath: str | None = None

    @property
    def hidden(self) -> bool:
        """Whether the menu leaves it out."""
        return self.beneath is not None

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.file}.py"

    @property
    def url_path(self) -> str:
        """``import-spend``: what its address reads."""
        return self.file.replace("_", "-")


TABLE: tuple[Entry, ...] = (
    Entry("today", "What needs doing today", "Today", Action.ENTER_JOURNAL),
    Entry("board", "The board’s page", "Figures", Action.READ_REPORTS),
    Entry("budgets", "Budgets", "Figures", Action.READ_REPORTS),
    Entry("reports", "Reports", "Figures", Action.READ_REPORTS),
    Entry("issued", "Issued reports", "Figures", Action.READ_REPORTS),
    Entry("pooled_funds", "Pooled funds", "Figures", Action.READ_REPORTS),
    Entry("contributions", "Contributions", "Figures", Action.READ_REPORTS),
    Entry("risk_share", "Risk share", "Figures", Action.READ_REPORTS),
    Entry("grants", "Grants", "Figures", Action.READ_REPORTS),
    Entry("grant", "Grant", "Figures", Action.READ_REPORTS, beneath="grants"),
    Entry("outcome_targets", "Outcome targets", "Figures", Action.READ_REPORTS),
    Entry("indicators", "Indicators", "Figures", Action.READ_REPORTS),
    Entry("needs", "Needs", "Commissioning", Action.READ_REPORTS),
    Entry("services", "Services", "Commissioning", Action.READ_REPORTS),
    Entry("providers", "Providers", "Commissioning", Action.READ_REPORTS),
    Entry("provider", "Provider", "Commissioning", Action.READ_REPORTS, beneath="providers"),
    Entry("contracts", "Contracts", "Commissioning", Action.READ_REPORTS),
    Entry("contract", "Contract", "Commissioning", Action.READ_REPORTS, beneath="contracts"),
    Entry(
        "import_contracts",
        "Import a contracts register",
        "Commissioning",
        Action.KEEP_REGISTER,
    ),
    Entry("uplifts", "Uplifts", "Commissioning", Action.READ_REPORTS),
    Entry("call_offs", "Call-offs", "Commissioning", Action.READ_REPORTS),
    Entry("call_off", "Call-off", "Commissioning", Action.READ_REPORTS, beneath="call_offs"),
    Entry("deliveries", "Deliveries", "Commissioning", Action.READ_REPORTS),
    Entry("invoices", "Invoices", "Commissioning", Action.READ_REPORTS),
    Entry("invoice", "Invoice", "Commissioning", Action.READ_REPORTS, beneath="invoices"),
    Entry("procurement", "Procurement", "Commissioning", Action.READ_REPORTS),
    Entry("monitoring", "Monitoring", "Commissioning", Action.READ_REPORTS),
    Entry("reviews", "Reviews", "Commissioning", Action.READ_REPORTS),
    Entry("calendar", "Calendar", "Commissioning", Action.READ_REPORTS),
    Entry("value_for_money", "Value for money", "Commissioning", Action.READ_REPORTS),
    Entry("journals", "Journals", "Journals", Action.READ_JOURNALS),
    Entry("journal", "Journal", "Journals", Action.READ_JOURNALS, beneath="journals"),
    Entry("journal_entry", "Enter a journal", "Journals", Action.ENTER_JOURNAL),
    Entry("approvals", "Journals to post", "Journals", Action.POST_JOURNAL),
    Entry("bank", "Bank", "Journals", Action.READ_JOURNALS),
    Entry("closing", "Month end", "Journals", Action.REOPEN_PERIOD),
    Entry("accrual", "Enter an accrual", "Journals", Action.ENTER_JOURNAL, beneath="closing"),
    Entry("import_spend", "Import spending", "Journals", Action.IMPORT_FILE),
    Entry("your_books", "Your books", "You", Action.READ_JOURNALS, beneath=""),
    Entry("seal", "The seal and how to check it", "Checking", Action.READ_JOURNALS),
    Entry("audit_trail", "Audit trail", "Checking", Action.READ_AUDIT_TRAIL),
    Entry("set_up", "Set-up", "Keeping the trust", Action.MANAGE_PEOPLE),
    Entry("people", "People", "Keeping the trust", Action.MANAGE_PEOPLE),
    Entry("person", "Person", "Keeping the trust", Action.MANAGE_PEOPLE, beneath="people"),
    Entry("your_password", "Your password", "You", Action.READ_REPORTS, beneath=""),
)


_BY_FILE = {entry.file: entry for entry in TABLE}


def for_person(who: Holder | Role) -> Iterable[Entry]:
    """The pages a person may open, or a role where the books are kept, in the menu's order."""
    return [entry for entry in TABLE if may(who, entry.action)]


def entry_of(url_path: str) -> Entry | None:
    """The page of an address."""
    return _BY_FILE.get(url_path.replace("-", "_"))


def titles_of(entry: Entry) -> list[str]:
    """The page's title, and that of the page it is reached from."""
    return [entry.title, *([_BY_FILE[entry.beneath].title] if entry.beneath else [])]


def first_for(who: Holder | Role) -> Entry:
    """Where they arrive."""
    return next(iter(for_person(who)))
