"""Commands that load files: spending extracts, bank statements, journals, budgets, contracts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.money import Money
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from ledger.wording import counted
from trust_commissioning import clock
from trust_commissioning.cli.door import AsJson, By, Data, Door, contents_of, please_look
from trust_commissioning.files.amounts import Amount, read_amount
from trust_commissioning.files.dates import DateOrder, PeriodMeans

if TYPE_CHECKING:
    from trust_commissioning.commissioning import RegisterLoaded
    from trust_commissioning.importing.loading import SpendLoaded
    from trust_commissioning.reconciling import BankLoaded

app = typer.Typer(no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="The file to load.", exists=True, dir_okay=False)]


@app.command()
def spend(
    file: File,
    fund: Annotated[str, typer.Option(help="The fund of lines no rule sends elsewhere.")] = (
        "general"
    ),
    otherwise_fund: Annotated[
        str | None,
        typer.Option(
            metavar="FUND", help="The fund of lines theirs may not pay for. [default: refuse them]"
        ),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="How to read the columns; else it is worked out.")
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD=HEADING,…",
            help="Which column is which, where the headings are not known: Date=Pay Dt,Amount=Net.",
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook, if several hold lines.")
    ] = None,
    dates: Annotated[
        DateOrder | None,
        typer.Option(help="Which comes first in 03/04/2003, if the file is unclear."),
    ] = None,
    periods: Annotated[
        PeriodMeans | None, typer.Option(help="What the last figures of 200304 count.")
    ] = None,
    remember: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep what --columns says for the next file like it."),
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=VALUE", help="Take only these lines; may be repeated."),
    ] = None,
    control_total: Annotated[
        str | None, typer.Option(help="What the selected lines must come to.")
    ] = None,
    unmatched: Annotated[
        str, typer.Option(help="Lines no rule codes: post, or refuse the file.")
    ] = "post",
    round_pence: Annotated[
        bool,
        typer.Option("--round-pence", help="Round fractions of a penny, halves away from nil."),
    ] = False,
    continues: Annotated[
        str | None, typer.Option(metavar="BATCH", help="The batch this file carries on.")
    ] = None,
    separate: Annotated[
        bool, typer.Option("--separate", help="These are other payments that look the same.")
    ] = False,
    late_into: Annotated[
        str | None,
        typer.Option(
            metavar="PERIOD", help="The open period for lines of closed ones, 2003-04 P09."
        ),
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Write the bad rows of a refused file here, as CSV.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be posted.")] = (
        False
    ),
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Post a council's spending extract, one journal for each row, whole or not at all."""
    from trust_commissioning import roles
    from trust_commissioning.files.layouts import layout_in_words
    from trust_commissioning.importing.loading import answer, load_spend, preview_spend
    from trust_commissioning.importing.planning import SpendOptions
    from trust_commissioning.importing.rejects import rejected_rows_csv

    door = Door(data, as_json)
    if unmatched not in ("post", "refuse"):
        raise typer.BadParameter("say post or refuse", param_hint="--unmatched")
    if columns and profile:
        raise typer.BadParameter("say --columns or --profile", param_hint="--columns")
    if remember is not None and not columns:
        raise typer.BadParameter("say what is to be kept: --columns", param_hint="--remember")
    options = SpendOptions(
        fund=fund,
        otherwise_fund=otherwise_fund,
        profile=profile,
        layout=(
            layout_in_words(columns or [], sheet=sheet, date_order=dates, period_means=periods)
            if columns or sheet or dates or periods
            else None
        ),
        remember_as=remember,
        where=_where(where or []),
        control_total=_money(control_total),
        refuse_unmatched=unmatched == "refuse",
        round_pence=round_pence,
        continues=continues,
        separate=separate,
        late_into=_period(late_into),
    )
    contents = contents_of(file)
    if dry_run or rejects is not None:
        with door.working(f"Reading {file.name} …"), door.reads() as session:
            roles.check(session, door.person(session, by), roles.Action.IMPORT_FILE)
            plan = preview_spend(session, contents, name=file.name, options=options)
        if plan.problems and rejects is not None:
            rejects.write_text(rejected_rows_csv(plan.file), encoding="utf-8-sig", newline="")
        if plan.problems:
            raise Refused(plan.problems)
        if dry_run:
            previewed = answer(plan, batch=plan.loaded_before, numbers=[], dry_run=True)
            door.answer(previewed.as_json(), lambda: _words(previewed))
            return
    with door.working(f"Posting {file.name} …"), door.writes() as session:
        loaded = load_spend(
            session,
            contents,
            name=file.name,
            options=options,
            by=door.person(session, by),
            at=clock.now(),
        )
    door.answer(loaded.as_json(), lambda: _words(loaded))


@app.command()
def bank(
    file: File,
    account: Annotated[
        str, typer.Option(help="The account of the chart that this bank account is.")
    ] = "Assets:Bank",
    fund: Annotated[
        str, typer.Option(help="The one fund whose bank account it is. [default: of all together]")
    ] = "",
    closing: Annotated[
        str | None, typer.Option(help="The balance at its end, for a file that prints none.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take in a bank statement and match what is certain. It posts nothing."""
    from trust_commissioning.reconciling import load_statement
    from trust_commissioning.store.bank import BankAccount

    door = Door(data, as_json)
    with door.working(f"Reading {file.name} …"), door.writes() as session:
        loaded = load_statement(
            session,
            contents_of(file),
            name=file.name,
            of=BankAccount(account, fund),
            by=door.person(session, by),
            at=clock.now(),
            closing=_money(closing),
            dry_run=dry_run,
        )
    door.answer(loaded.as_json(), lambda: _bank_words(loaded))


def _bank_words(loaded: BankLoaded) -> str:
    before = f", {counted(loaded.rows_loaded_before, 'line')} taken in before"
    what = "would be taken in" if loaded.dry_run else "taken in"
    said = (
        f"{counted(loaded.rows_taken, 'line')} {what}{before if loaded.rows_loaded_before else ''}: "
        f"from {loaded.opening} to {loaded.closing}. "
        f"Matched with the books: {counted(loaded.matched, 'line')}."
    )
    return "\n".join([said, *map(please_look, loaded.warnings)])


@app.command()
def journals(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Post journals from a CSV or XLSX file: one row a posting, journals told apart by reference."""
    from trust_commissioning.importing.journals_file import load_journals

    door = Door(data, as_json)
    with door.working(f"Posting {file.name} …"), door.writes() as session:
        loaded = load_journals(
            session,
            contents_of(file),
            name=file.name,
            by=door.person(session, by),
            at=clock.now(),
            dry_run=dry_run,
        )
    said = "would be posted" if dry_run else "posted"
    words = f"{counted(loaded.journals, 'journal')} {said} from {counted(loaded.rows_read, 'row')}"
    if loaded.already:
        words += f"; {counted(loaded.already, 'was', 'were')} posted before"
    words += "."
    if loaded.batch is not None:
        words += f"\nTo see them: trust journal list --batch {loaded.batch}"
    door.answer(loaded.as_json(), "\n".join([words, *map(please_look, loaded.warnings)]))


@app.command()
def budget(
    file: File,
    year: Annotated[str | None, typer.Option(help="The year, if the file has no year column.")] = (
        None
    ),
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook, if several hold something.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why budgets that are there change.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the file.")] = False,
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Set budgets from a CSV or XLSX file: fund, account, service, amount."""
    from trust_commissioning.budgeting import load_budget

    door = Door(data, as_json)
    with door.working(f"Posting {file.name} …"), door.writes() as session:
        loaded = load_budget(
            session,
            contents_of(file),
            file.name,
            by=door.person(session, by),
            at=clock.now(),
            year=_financial_year(year),
            sheet=sheet,
            reason=reason,
            dry_run=dry_run,
        )
    said = "would be posted" if dry_run else "posted"
    door.answer(
        loaded.as_json(),
        f"{counted(loaded.rows_read, 'budget line')} of {loaded.file_total}; "
        f"{loaded.rows_posted:,} of them {said} in {counted(loaded.journals_needed, 'journal')}, "
        f"{counted(loaded.rows_unchanged, 'was', 'were')} so already.",
    )


@app.command()
def contracts(
    file: File,
    publisher: Annotated[
        str, typer.Option(help="Whose register it is, if the file does not say.")
    ] = "",
    sheet: Annotated[
        str | None, typer.Option(help="The sheet of a workbook, if several hold something.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be kept.")] = (
        False
    ),
    by: By = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take in a council's published contracts register, every odd value as it was printed."""
    from trust_commissioning.commissioning import load_register

    door = Door(data, as_json)
    with door.working(f"Reading {file.name} …"), door.writes() as session:
        loaded = load_register(
            session,
            contents_of(file),
            name=file.name,
            publisher=publisher,
            sheet=sheet,
            by=door.person(session, by),
            at=clock.now(),
            dry_run=dry_run,
        )
    door.answer(loaded.as_json(), lambda: _register_words(loaded))


def _register_words(loaded: RegisterLoaded) -> str:
    from trust_commissioning.files.contracts_register import words_of

    count = counted(len(loaded.file.contracts), "contract")
    if loaded.already:
        return f"{count}: this register was taken in before, in {loaded.batch}."
    said = "would be kept" if loaded.dry_run else f"kept in {loaded.batch}"
    lines = [f"{count} {said}, {loaded.total} in values that could be read."]
    for one in loaded.file.contracts:
        lines += [f"Kept as printed: row {one.row}, {words_of(flag)}." for flag in one.flags]
    return "\n".join([*lines, *map(please_look, loaded.warnings)])


def _where(asked: list[str]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for one in asked:
        column, equals, value = one.partition("=")
        if not equals or not column.strip():
            raise typer.BadParameter(f"write “{one}” as COLUMN=VALUE", param_hint="--where")
        pairs.append((column.strip(), value.strip()))
    return tuple(pairs)


def _money(text: str | None) -> Money | None:
    if text is None:
        return None
    read = read_amount(text)
    if isinstance(read, Amount):
        return read.money
    assert isinstance(read, Problem)
    raise Refused([Problem(read.code, read.message, "control_total")])


def _period(text: str | None) -> Period | None:
    try:
        return Period.parse(text) if text else None
    except ValueError as unreadable:
        raise Refused.because("period_unreadable", str(unreadable), "late_into") from unreadable


def _financial_year(text: str | None) -> FinancialYear | None:
    try:
        return FinancialYear.parse(text) if text else None
    except ValueError as unreadable:
        raise Refused.because("year_unreadable", str(unreadable), "year") from unreadable


def _words(loaded: SpendLoaded) -> str:
    said = "would be posted" if loaded.dry_run else "posted"
    posted, read = counted(loaded.rows_posted, "line"), counted(loaded.rows_read, "row")
    lines = [f"{posted} {said}, {loaded.total}, from {read}."]
    if loaded.rows_loaded_before:
        lines.append(
            f"{counted(loaded.rows_loaded_before, 'line was', 'lines were')} loaded before"
            + (f", in {loaded.batch}." if not loaded.rows_posted and loaded.batch else ".")
        )
    if loaded.rows_posted and loaded.batch:
        lines += [
            f"Batch {loaded.batch}, journals {loaded.first_journal} to {loaded.last_journal}.",
            f"To see them: trust journal list --batch {loaded.batch}",
        ]
    if loaded.lineage_total is not None:
        lines.append(
            f"With the batches it continues it comes to {loaded.lineage_total}; the file itself to "
            f"{loaded.selected_total}."
        )
    for reason, count in sorted(loaded.rows_skipped.items()):
        lines.append(f"{counted(count, 'row')} skipped: {reason.replace('_', ' ')}.")
    if loaded.printed_total is not None:
        lines.append(f"The file's own printed total agrees: {loaded.printed_total}.")
    if loaded.control_total is not None:
        lines.append(f"The control total agrees: {loaded.control_total}.")
    if loaded.rounded:
        lines.append(f"{counted(len(loaded.rounded), 'row was', 'rows were')} rounded to pence.")
    if loaded.rows_unmatched:
        lines.append(
            f"{counted(loaded.rows_unmatched, 'line')} no rule codes went to Expenses:Unallocated."
        )
    if loaded.not_attributed:
        lines.append(f"Not attributed to an outcome: {loaded.not_attributed}.")
    for warning in loaded.warnings:
        place = f" (row {warning['row']})" if "row" in warning else ""
        lines.append(f"Please look: {warning['message']}{place}")
    return "\n".join(lines)
