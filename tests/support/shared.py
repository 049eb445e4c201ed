"""Real published files that lie beside the project, too large or not ours to keep in it."""

from pathlib import Path

import pytest

from tests.support.missing import missing

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder `shared` beside the project's own."""
    folder = PROJECT.parent / "shared"
    if not (folder / "data").is_dir():
        missing(
            "The folder ../shared, with the real published extracts, is not beside the project."
        )
    return folder
