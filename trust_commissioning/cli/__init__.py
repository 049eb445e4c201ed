"""The command line: one word for each thing a person does to a trust's ledger."""

from trust_commissioning.cli.main import app, main

__all__ = ["app", "main"]
