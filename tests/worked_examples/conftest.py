"""Worked examples go through the public commands."""

from tests.cli.conftest import founded, founded_files, trust

__all__ = ["founded", "founded_files", "trust"]
