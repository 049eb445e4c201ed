"""Worked examples go through the public commands."""

from tests.cli.conftest import founded, trust

__all__ = ["founded", "trust"]
