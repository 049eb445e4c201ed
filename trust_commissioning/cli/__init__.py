"""The command line: one word for each thing a person does to a trust's ledger.

A command loads what it works with when it runs, so that help and wrong usage are answered at once;
what a command may be asked by name is in `names`.
"""

from trust_commissioning.cli.main import app, main

__all__ = ["app", "main"]
