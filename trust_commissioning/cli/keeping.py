"""Commands that keep the record safe: check, backup, restore, migrate."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door, found_differences

if TYPE_CHECKING:
    from trust_commissioning.backing_up import Restored


def add_to(app: typer.Typer) -> None:
    app.command("check")(check)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("migrate")(migrate)


def check(data: Data = None, as_json: AsJson = False) -> None:
    """Recompute every invariant of the record; exit 3 with what differs."""
    from trust_commissioning import checking

    door = Door(data, as_json)
    with door.working("Checking the record …"), door.reads() as session:
        problems = checking.check(session)
    found_differences(door, problems, "The record is as it should be.")


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it, as trust.zip.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole record to one file, and verify the file by loading it."""
    from trust_commissioning import backing_up

    door = Door(data, as_json)
    with door.working("Writing and verifying the backup …"):
        at = clock.now()
        manifest = backing_up.back_up(door.engine, file, at=at)
        with door.writes() as session:
            backing_up.note(session, file, by=door.person(session, ""), at=at)
    door.answer(
        {"file": str(file), **manifest},
        f"Backed up to {file}: {counted(manifest['head_sequence'], 'journal')}, "
        f"head {manifest['head_hash']}. The file was verified.",
    )


def restore(
    file: Annotated[
        Path, typer.Argument(help="A file that backup wrote.", exists=True, dir_okay=False)
    ],
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Put a backup in place of the record; what was there is kept first, right or not.

    Everybody is signed out. What was there and does not pass its checks is named.
    """
    from trust_commissioning import backing_up

    door = Door(data, as_json)
    place = door.settings
    with door.working("Verifying and restoring …"):
        restored = backing_up.restore(
            place.owner_url,
            file,
            everyday_url=place.url,
            keep=place.data_dir / "kept",
            by=by or place.person,
            at=clock.now(),
        )
    door.answer(
        {
            "restored": str(file),
            "head_sequence": restored.manifest["head_sequence"],
            "head_hash": restored.manifest["head_hash"],
            "by": restored.by,
            "kept": str(restored.kept) if restored.kept else None,
            "kept_is_right": not restored.problems if restored.kept else None,
            "problems": [problem.as_json() for problem in restored.problems],
        },
        "\n".join(_said_of(file, restored)),
    )


def _said_of(file: Path, restored: Restored) -> Iterator[str]:
    yield f"Restored from {file}."
    if restored.kept is None:
        return
    yield f"What was there is kept in {restored.kept}."
    if restored.problems:
        yield "It was not right:"
        yield from (f"{problem.code}: {problem}" for problem in restored.problems)


def migrate(by: By = "", data: Data = None, as_json: AsJson = False) -> None:
    """Bring the database to the shape this release expects, with its guards, and add the accounts
    that its chart has gained; an account that is there is left as it is."""
    from trust_commissioning import store
    from trust_commissioning.founding import complete_chart
    from trust_commissioning.store.standing import trust_name

    door = Door(data, as_json)
    place = door.settings
    with door.working("Migrating the record …"):
        reached = store.migrate(place.owner_url, everyday_url=place.url)
        with store.transaction(store.engine_for(place.url)) as session:
            added: tuple[str, ...] = ()
            if trust_name(session):
                who = door.person(session, by)
                added = complete_chart(session, by=who, at=clock.now())
    said = [f"The database is at revision {reached}."]
    if added:
        said.append(
            f"{counted(len(added), 'account was', 'accounts were')} added that the chart has "
            f"gained: {', '.join(added)}."
        )
    door.answer({"revision": reached, "accounts_added": list(added)}, " ".join(said))
