"""`field flags`: judge every employer by what is known, and the rules by which they are judged."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from field.cli.bringing import GARBAGE_AFTER
from field.cli.options import Data, DatabaseUrl, Json, group

if TYPE_CHECKING:
    from rich.progress import Progress

    from field.api.context import Context
    from field.cli.output import Output
    from field.config import Settings
    from field.store.flag_run import Judging, Summary

EVALUATE_EXAMPLE = "Example: field flags evaluate --json -"
RULES_EXAMPLE = "Example: field flags rules --json rules.json"
SET_EXAMPLE = "Example: field flags set rules.json --reason 'Circular 7 of 2026'"
WORKERS_MAX = 2

app = group("Flags: who owes something, by the rules.")


@app.callback(epilog=EVALUATE_EXAMPLE)
def flagged() -> None:
    """Flags: who owes something, by the rules."""


@app.command(epilog=EVALUATE_EXAMPLE)
def evaluate(
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="So many processes; else two, where there are two processors."),
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Judge every establishment by its schedules, payments and reports, and keep what has changed.

    The same facts again change nothing. Tells what schedules make due by month and what of it is open. Exit
    code 1 where some could not be judged; the server's background work tries them again.
    """
    from rich.progress import Progress

    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output

    output = Output(json)
    settings = settings_of(data, database_url)
    with opened(settings) as context, Progress(console=output.human, transient=True) as bar:
        judged = judge_everybody(context, settings, bar, workers)
    say(output, judged)
    output.machine(judged.told)
    if judged.summary.failed:
        raise SystemExit(Exit.FINDINGS)


class Everybody(msgspec.Struct, frozen=True):
    """What judging everybody came to, and how far the office has payments and schedules."""

    summary: "Summary"
    payments_until: str | None
    schedules_until: str | None

    @property
    def told(self) -> dict[str, Any]:
        """As it is written for a program."""
        return msgspec.structs.asdict(self)


def judge_everybody(
    context: "Context", settings: "Settings", bar: "Progress", workers: int | None
) -> Everybody:
    """Judge every establishment of the register, with a bar that says how far it is."""
    from field.store import flag_facts, flag_run

    number = workers or min(os.cpu_count() or 1, WORKERS_MAX)
    done = flag_run.Summary()
    with context.store.read() as tx:
        ids = flag_facts.everybody(tx)
        known = flag_facts.horizon(tx)
    portions = [*flag_run.portions(ids)]
    task = bar.add_task("establishments", total=len(ids))
    # What one process does in a moment is not worth starting others for.
    with _judging(settings, context, number if workers else min(number, max(len(portions), 1))) as judge:
        for summary in judge(portions):
            done.add(summary)
            bar.update(task, advance=summary.establishments + len(summary.failed))
    until = known.payments_until.isoformat() if known.payments_until else None
    return Everybody(done, until, known.schedules_until)


def say(output: "Output", judged: Everybody) -> None:
    """What judging everybody came to, in words."""
    _say(output, judged.summary)
    until = judged.payments_until
    output.say(
        f"Payments were taken in up to {until}: nothing due later is held against anybody."
        if until
        else "No payments were taken in yet: nothing is held against anybody as unpaid by schedules alone."
    )


@contextmanager
def _judging(
    settings: "Settings", context: "Context", workers: int
) -> "Iterator[Callable[[list[list[str]]], Iterator[Summary]]]":
    """What judges portions: this process, or several of which each reads and writes by itself."""
    now_ms = context.clock.now_ms()
    if workers == 1:
        from field.store.flag_run import Judging

        alone = Judging(context.store, now_ms)
        yield lambda portions: map(alone.portion, portions)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Started afresh: a connection to a database does not survive being copied with its process.
    with ProcessPoolExecutor(
        workers, get_context("spawn"), initializer=_start, initargs=(settings, now_ms)
    ) as pool:
        yield lambda portions: pool.map(_portion, portions)


class _Worker:
    """What a process of its own has open."""

    judging: "Judging"


def _start(settings: "Settings", now_ms: int) -> None:
    from field.app import secrets
    from field.clock import SystemClock
    from field.store.engine import Store
    from field.store.flag_run import Judging

    # Millions of rows come and go, and none refers to another: there are hardly any rings to look for.
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    _, sealer = secrets(settings.secrets, SystemClock())
    _Worker.judging = Judging(Store(settings.database_url, sealer), now_ms)


def _portion(establishments: list[str]) -> "Summary":
    return _Worker.judging.portion(establishments)


def _say(output: "Output", done: "Summary") -> None:
    from decimal import Decimal

    from rich.table import Table

    from field.recovery.money import show

    table = Table(box=None, pad_edge=False)
    for heading in ("month", "establishments", "workers", "due by schedules", "open"):
        table.add_column(heading, justify="left" if heading == "month" else "right")
    for month, total in sorted(done.months.items()):
        counts = (f"{total.establishments:,}", f"{total.workers:,}")
        table.add_row(
            month, *counts, show(Decimal(total.due_paisa) / 100), show(Decimal(total.open_paisa) / 100)
        )
    if done.months:
        output.human.print(table)
    for remark, number in sorted(done.remarks.items()):
        output.say(f"  {number:,} times: {remark}")
    for id in done.failed:
        output.say(f"  could not be judged: establishment {id}. The server's log says where.")
    if done.left:
        output.say(f"{done.left:,} establishments are left to the server: something was new about them.")
    output.say(
        f"{done.flagged:,} of {done.establishments:,} establishments are flagged. "
        f"{done.raised:,} flags raised, {done.changed:,} changed, {done.lifted:,} lifted."
    )


@app.command(epilog=RULES_EXAMPLE)
def rules(
    history: Annotated[bool, typer.Option("--history", help="Earlier versions too.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """List the rules in force with their thresholds, and the weights by which employers are ranked."""
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import flag_rules

    output = Output(json)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        book = flag_rules.load(tx)
        versions = flag_rules.versions(tx)
    for rule in book.rules:
        sizes = ", ".join(f"{each.name} {each.value} from {each.valid_from}" for each in rule.thresholds)
        state = "" if rule.on else ", off"
        section = rule.section or "section not read"
        output.say(f"  {rule.id}: {rule.title.en} ({rule.severity}, {rule.sure}{state}; {section}) {sizes}")
    for sure, percent in book.weights.items():
        output.say(f"  weight of {sure}: {percent} percent")
    if history:
        for each in versions:
            output.say(f"  {each.entry.id}, version {each.version}: {each.reason}")
    output.machine(versions if history else book.entries)


@app.command("set", epilog=SET_EXAMPLE)
def change(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON, as `rules --json` writes it.")],
    reason: Annotated[str, typer.Option(help="Who decided it and where that is written: kept for ever.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Put rules, thresholds or weights in force; each that differs becomes a further version.

    The server looks at every employer again in the background, and so does `field flags evaluate`.
    """
    from field.cli.acting import who
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output, read_file
    from field.recovery import rulebook
    from field.store import flag_rules

    output = Output(json)
    entries = rulebook.read(read_file(file))
    with opened(settings_of(data, database_url)) as context:
        changed = flag_rules.change(
            context.store, entries, context.clock.now_ms(), reason, by=who("flags set")
        )
    output.say(f"{changed} of {len(entries)} rules and weights are new.")
    output.machine({"changed": changed, "given": len(entries)})
