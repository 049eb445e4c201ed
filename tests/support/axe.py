"""axe-core on a page as it stands: which rules of WCAG 2.2, A and AA, it finds broken."""

from dataclasses import dataclass

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@dataclass(frozen=True, slots=True)
class Known:
    """A rule that others' code breaks inside `within`, with the issue that says so."""

    rule: str
    within: str
    reason: str
    upstream: str


KNOWN: tuple[Known, ...] = ()
"""What is left on our pages and cannot be mended here; docs/accessibility.md says each."""

# The rows far down a table are made as those above them, and take most of the time.
_ASK = """async ([tags, known]) => {
  const alike = [".trust-table tbody tr:nth-child(n+9)", ".trust-table tbody:nth-of-type(n+4)"];
  const asked = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
  const found = await axe.run({exclude: alike}, asked);
  const isKnown = (rule, target) => {
    const node = typeof target === "string" ? document.querySelector(target) : null;
    return node && known.some(one => one.rule === rule && node.closest(one.within));
  };
  return found.violations.flatMap(one => one.nodes
    .filter(node => !isKnown(one.id, node.target[0]))
    .map(node => `${one.id}: ${one.help}: ${node.html.slice(0, 200)}`));
}"""


def broken(page: Page) -> list[str]:
    """Each place where a rule is broken, but for what is known."""
    page.evaluate(AXE_SCRIPT)
    known = [{"rule": one.rule, "within": one.within} for one in KNOWN]
    found: list[str] = page.evaluate(_ASK, [list(TAGS), known])
    return found


def rules_broken(page: Page) -> set[str]:
    """The rules alone, with nothing left out: for a page that is not ours."""
    page.evaluate(AXE_SCRIPT)
    return {line.split(":", maxsplit=1)[0] for line in page.evaluate(_ASK, [list(TAGS), []])}
