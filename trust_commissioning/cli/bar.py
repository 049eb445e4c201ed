"""A bar on a terminal that says how far long work has come, gone when the work is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from trust_commissioning.progress import Step, telling


@contextmanager
def shown(words: str) -> Iterator[None]:
    """Show on standard error what the work in this block tells; `words` say what it is about."""
    title = words.removesuffix("…").rstrip()
    console = Console(stderr=True)
    if console.is_dumb_terminal:
        yield
        return
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TextColumn("{task.fields[counted]}", markup=False),
        console=console,
        transient=True,
        # An answer goes where it was sent, also while a bar is shown.
        redirect_stdout=False,
        redirect_stderr=False,
    )
    task = bar.add_task(words, total=None, counted="")

    def told(step: Step) -> None:
        bar.update(
            task,
            description=f"{title}: {step.words[:1].lower()}{step.words[1:]}",
            completed=step.done,
            total=step.of or None,
            counted=_counted(step),
        )

    with bar, telling(told):
        yield


def _counted(step: Step) -> str:
    if step.of:
        return f"{step.done:,} of {step.of:,}"
    return f"{step.done:,}" if step.done else ""
