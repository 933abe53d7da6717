"""`field demo`: a server with made-up data, and a field day through its real HTTP interface."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import DatabaseUrl, Json

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.config import Settings
    from field.sim.day_count import Day
    from field.sim.day_start import Start

EXAMPLE = "Example: field demo --once --json demo.json"
FOLDER = Path("field-demo")
TABLETS, TABLETS_MIN = 12, 2
ESTABLISHMENTS = 2000


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Stop the server after the day instead of serving on.")
    ] = False,
    districts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="GeoJSON of districts; made-up ones without it.")
    ] = None,
    tablets: Annotated[int, typer.Option(min=TABLETS_MIN, max=200, help="How many tablets.")] = TABLETS,
    establishments: Annotated[
        int, typer.Option(min=30, max=100_000, help="How many establishments.")
    ] = ESTABLISHMENTS,
    seed: Annotated[int, typer.Option(help="The same seed gives the same day.")] = 1,
    data: Annotated[
        Path, typer.Option("--data", help="The demonstration's own folder, made anew each time.")
    ] = FOLDER,
    database_url: DatabaseUrl = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to serve at; another if it is in use.")
    ] = 8040,
    picture: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the summary as SVG into this file.")
    ] = None,
    json: Json = None,
) -> None:
    """Make a database with made-up data, serve it, and let tablets work a day over a bad network.

    An earlier demonstration in the same folder is thrown away; nothing else is ever. Afterwards it serves
    until Ctrl-C. Exit code 4 if anything was lost or doubled.
    """
    started = time.monotonic()
    import msgspec

    from field.cli import demo_folder, demo_server, demo_words
    from field.cli.opening import settings_of
    from field.cli.output import Exit, Output, read_file

    output = Output(json)
    boundaries = None if districts is None else read_file(districts)
    settings = settings_of(data, database_url or f"sqlite:///{data / 'field.db'}")
    settings = msgspec.structs.replace(settings, host="127.0.0.1", port=port)
    with demo_folder.fresh(settings), ended_by_signal():
        with _progress(output) as tell:
            start = _prepare(settings, seed, boundaries, establishments, tablets, tell)
        # Asked for only now: while everything was prepared, somebody else may have taken it.
        with demo_server.running(demo_server.with_free_port(settings)) as address:
            with _progress(output) as tell:
                day = _work(settings, start, address, seed, started, tell)
            output.human.print()
            output.human.print(demo_words.summary(day))
            for violation in day.violations[:20]:
                output.say(f"violation: {violation}")
            if picture is not None:
                demo_words.paint(day, picture)
            output.machine(day.figures)
            if not once:
                _serve_on(output, address, start)
    if day.violations:
        raise SystemExit(Exit.VIOLATION)


def _prepare(
    settings: "Settings", seed: int, boundaries: bytes | None, count: int, tablets: int, tell: "Tell"
) -> "Start":
    from field.app import open_context
    from field.sim import day_start

    clock = day_start.MorningClock(seed)
    context = open_context(settings, clock)
    try:
        return day_start.prepare(context, clock, seed, boundaries, count, tablets, tell)
    finally:
        context.store.close()


def _work(
    settings: "Settings", start: "Start", address: str, seed: int, started: float, tell: "Tell"
) -> "Day":
    import httpx

    from field.cli.demo_server import LOG
    from field.cli.opening import opened
    from field.cli.output import Exit, stop
    from field.sim import day, day_count
    from field.sim.day_desk import Desk
    from field.sync.rights import RECOVERY

    try:
        done = day.run(address, start, settings.data / "tablets", seed, tell)
        with opened(settings) as context:
            tell("the server assesses", 0, 1)
            day_count.wait_for_assessments(context.store)
            tell("the server assesses", 1, 1)
            tell("the server compares evidence", 0, 1)
            day_count.wait_for_remarks(context.store)
            tell("the server compares evidence", 1, 1)
            desk = Desk(address, start.of_role(RECOVERY)[0])
            try:
                flagged = day_count.ranked(desk)
            finally:
                desk.close()
            return day_count.count(
                context.store, context.photos, start, done, flagged, time.monotonic() - started
            )
    except (RuntimeError, TimeoutError, httpx.HTTPError) as error:
        stop(f"The day was cut short: {error}. The server's log is {settings.data / LOG}.", Exit.ENVIRONMENT)


Tell = Callable[[str, int, int], None]


@contextmanager
def _progress(output: "Output") -> Iterator[Tell]:
    """A bar for each thing that is being done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    tasks: dict[str, TaskID] = {}
    columns = (TextColumn("{task.description:36}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=output.human) as bar:

        def tell(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        yield tell


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """Let SIGTERM end the program as Ctrl-C does, so that the server goes down with it."""
    import signal

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _serve_on(output: "Output", address: str, start: "Start") -> None:
    import threading

    from field.cli import demo_words

    output.human.print()
    output.human.print(demo_words.accounts(start))
    output.say("\nIn a second terminal:")
    for words, line in demo_words.lines_to_paste(address, start):
        output.say(f"\n# {words}\n{line}")
    output.say(f"\nIn a browser, with the accounts above: {address}/console/ for the office,")
    output.say(f"{address}/tablet/ for an inspector, with a code that the supervisor issues in the console.")
    output.say(f"The API's pages are at {address}/api/docs. Ctrl-C stops the server.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        output.say("Stopping.")
