"""`field sim`: a fleet of simulated tablets on a bad network, judged by an oracle."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from field.cli.options import Json

if TYPE_CHECKING:
    from field.cli.output import Output
    from field.sim.run import Outcome, Summary

EXAMPLE = "Example: field sim --seeds 100 --database postgres"
SEEDS = 25
SOAK_SEEDS = 500
SHOWN_MAX = 5
SOAK_TIMES = 4
"""How many times more a fleet works in a soak than otherwise."""


def sim(
    seeds: Annotated[
        int | None, typer.Option(min=1, help=f"How many runs: {SEEDS}, in a soak {SOAK_SEEDS}.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Replay the run of one seed; with --seeds, the first one.")
    ] = None,
    database: Annotated[
        Literal["sqlite", "postgres"], typer.Option(help="What the server keeps its data in.")
    ] = "sqlite",
    weather: Annotated[
        Literal["fair", "bad", "worst"], typer.Option(help="What the network does to requests and answers.")
    ] = "worst",
    steps: Annotated[
        int | None, typer.Option(min=1, help="How much is done in a run; more makes it longer.")
    ] = None,
    soak: Annotated[bool, typer.Option("--soak", help="Many long runs.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="Add the seeds of runs that fail to this file of seeds.")
    ] = None,
    scenario: Annotated[
        str | None, typer.Option(help="Play one drama instead: a name, or 'list' for the names.")
    ] = None,
    json: Json = None,
) -> None:
    """Let tablets work on a bad network and have an oracle judge what arrived. Exit code 4 on a violation.

    The same seed gives the same run; for a run that fails, the command that replays it is shown.
    """
    import msgspec
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from field.api import logs
    from field.cli.output import Exit, Output
    from field.sim import run

    output = Output(json)
    if scenario is not None:
        _play(output, scenario, database, range(seed or 1, (seed or 1) + (seeds or 1)))
        return
    count = seeds or (1 if seed is not None else SOAK_SEEDS if soak else SEEDS)
    first = 1 if seed is None else seed
    length = steps or run.STEPS * (SOAK_TIMES if soak else 1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with logs.only_what_goes_wrong(), Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{database}, {weather} weather", total=count)

        def tell(outcome: "Outcome") -> None:
            bar.advance(task)
            if keep is not None and outcome.violations:
                run.keep(keep, database, [outcome.seed])
            for violation in outcome.violations[:SHOWN_MAX]:
                words = f"seed {outcome.seed}: {violation}"
                bar.console.print(words, markup=False, highlight=False, soft_wrap=True)

        found = run.campaign(range(first, first + count), database, weather, steps=length, tell=tell)
    replays = [f"{command} --steps {length}" for command in found.failed]
    _show(output, found, replays)
    output.machine(msgspec.structs.replace(found, failed=replays))
    if found.violations or found.lost or found.doubled:
        raise SystemExit(Exit.VIOLATION)


def _play(output: "Output", name: str, database: str, seeds: range) -> None:
    from field.cli.output import Exit
    from field.sim import scenarios

    if name not in scenarios.SCENARIOS:
        for known in scenarios.SCENARIOS:
            output.say(known)
        if name == "list":
            output.machine(list(scenarios.SCENARIOS))
            return
        raise typer.BadParameter(f"There is no scenario {name!r}; the names are above.")
    played = [scenarios.play(name, database, seed) for seed in seeds]
    for one in played:
        output.say(f"{name}, seed {one.seed}: {one.facts}, {one.seconds} s")
        for violation in one.violations:
            output.say(violation)
        if one.violations:
            output.say(f"Replay it: {scenarios.replay(name, database, one.seed)}")
    output.machine(played)
    if any(one.violations for one in played):
        raise SystemExit(Exit.VIOLATION)


def _show(output: "Output", found: "Summary", replays: list[str]) -> None:
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    for name in found.__struct_fields__:
        if name != "failed":
            table.add_row(name.replace("_", " "), str(getattr(found, name)))
    output.human.print(table)
    for command in replays:
        output.say(f"Replay it: {command}")
