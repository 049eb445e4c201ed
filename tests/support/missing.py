"""What a test does when the machine lacks something it needs."""

import os
from typing import NoReturn

import pytest


def missing(sentence: str) -> NoReturn:
    """Skips with the sentence; with CI=true fails instead, so that nothing is left out unseen."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
