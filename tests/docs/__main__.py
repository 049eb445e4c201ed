"""Writes the pages of docs/ that are made from the code: ``python -m tests.docs``."""

import sys

from tests.docs.pages import PAGES, PROJECT


def main() -> None:
    for name, made in PAGES.items():
        path, text = PROJECT / name, made()
        if not path.exists() or path.read_text("utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{name} is written anew.\n")


if __name__ == "__main__":
    main()
