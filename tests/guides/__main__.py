"""Makes the pictures in docs/pictures, and the pages of docs/ that are made from the code."""

import sys

from playwright.sync_api import sync_playwright

from tests.docs.__main__ import main as write_pages
from tests.docs.pages import PROJECT
from tests.guides.pictures import make
from tests.support import browser

FOLDER = PROJECT / "docs" / "pictures"


def main() -> int:
    if browser.found() is None:
        print(browser.NOT_HERE, file=sys.stderr)
        return 1
    print("Loading the demo trust and looking at it in a browser.", flush=True)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.found(), args=list(browser.FLAGS)
        )
        for path in make(FOLDER, started):
            print(f"{path.relative_to(PROJECT)} is made.", flush=True)
        started.close()
    write_pages()
    return 0


if __name__ == "__main__":
    sys.exit(main())
