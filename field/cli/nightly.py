"""`field import nightly`: every file of a folder in the right order, in one command to start at night."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from field.cli.bringing import OF_THE_FILE, What, bring, little_garbage, rejects_file, say
from field.cli.imports import bring_districts
from field.cli.nightly_steps import Step, after_files
from field.cli.options import Data, DatabaseUrl, Json
from field.problems import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from field.api.context import Context
    from field.cli.output import Output
    from field.inspections.table_file import Reject

EXAMPLE = "Example: field import nightly /srv/incoming --json summary.json"

REJECTED = "rejected-"
"""The files of rejects begin with it, so that no later night takes them for something to import."""

TABLES: Sequence[What] = ("directorates", "establishments", "schedules", "payments")
"""In this order: schedules and payments need their establishments, these their districts."""

_SHAPES = (".geojson", ".json")
_ROWS = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods")
_OF_THE_FILE = OF_THE_FILE | {"refused"}


class Outcome(msgspec.Struct, frozen=True):
    """What came of one file: the outcome of its import, or the problem for which it was left.

    `rejects` names the file of its rejects beside it. `findings`: something of it was not taken.
    """

    file: str
    kind: str
    findings: bool
    outcome: Any = None
    problem: dict[str, Any] | None = None
    rejects: str | None = None


class Summary(msgspec.Struct, frozen=True):
    """The night in one value. `left_out`: files that could be imported, whose names do not say as what.

    `stopped`: the problem with the machine for which the files below were not looked at. `steps`: what was
    done after the files.
    """

    folder: str
    files: list[Outcome]
    left_out: list[str]
    stopped: dict[str, Any] | None = None
    steps: list[Step] = []


def nightly(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files of the night are.")],
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Bring in a folder's files in order, and judge everybody by what is known then.

    The order: districts, directorates, establishments, schedules, payments; then the visits that they touch
    are assessed anew, every employer's flags are evaluated, and districts are checked.

    A file's name begins with one of these words: districts.geojson, establishments-2026.xlsx. Rows that are
    not taken are in rejected-NAME.csv beside it. Where one file is unusable the others are brought in all the
    same, and where one of the steps after them fails the others are done; the exit code is 1 where anything
    was left out or failed. The same folder again changes nothing, and takes in what was rejected for an
    establishment that was not known before.
    """
    from rich.progress import Progress

    from field.cli.opening import opened, settings_of
    from field.cli.output import Exit, Output, stop

    output = Output(json)
    try:
        # A link that leads nowhere (a disk that is not there tonight) is told of as what cannot be read.
        files = sorted(each for each in folder.iterdir() if each.is_file() or not each.exists())
    except OSError as error:
        stop(f"{folder} cannot be read: {error.strerror}. Check the name.", Exit.FINDINGS)
    work, left_out = _by_kind(files)
    done: list[Outcome] = []
    settings = settings_of(data, database_url)
    with (
        little_garbage(),
        opened(settings) as context,
        Progress(console=output.human, transient=True) as bar,
    ):
        for kind, path in work:
            try:
                one = _one(context, bar, output, kind, path)
            except Problem as problem:
                output.machine(Summary(str(folder), done, left_out, problem.as_dict()))
                raise
            if one.problem is not None:
                output.say(f"{one.file}: {one.problem['detail']}")
            done.append(one)
        steps = after_files(context, settings, output, bar)
    for name in left_out:
        output.say(f"{name} is left out: its name does not say what it is. Call it, say, schedules-{name}.")
    findings = bool(left_out) or any(one.findings for one in done)
    output.say(f"{len(done)} files{', something was not taken' if findings else ''}.")
    if failed := [each.step for each in steps if each.findings]:
        output.say(f"To look at: {', '.join(failed)}.")
    output.machine(Summary(str(folder), done, left_out, steps=steps))
    if findings or failed:
        raise SystemExit(Exit.FINDINGS)


def _by_kind(files: Sequence[Path]) -> tuple[list[tuple[str, Path]], list[str]]:
    """The files by what they are, in the order of their import; and the names that tell nothing."""
    order = ("districts", *TABLES)
    work: list[tuple[str, Path]] = []
    left_out = []
    for path in files:
        name, suffix = path.name.casefold(), path.suffix.casefold()
        kinds: Sequence[str] = ("districts",) if suffix in _SHAPES else TABLES if suffix in _ROWS else ()
        kind = next((kind for kind in kinds if name.startswith(kind)), None)
        if kind is not None:
            work.append((kind, path))
        elif kinds and suffix != ".txt" and not name.startswith((REJECTED, ".", "~")):
            left_out.append(path.name)
    return sorted(work, key=lambda each: (order.index(each[0]), each[1].name)), left_out


def _one(context: "Context", bar: "Progress", output: "Output", kind: str, path: Path) -> Outcome:
    """Bring one file in, or tell why it cannot be."""
    try:
        if kind == "districts":
            outcome, left_out = bring_districts(context, output, path.read_bytes())
            return Outcome(path.name, kind, left_out, outcome)
        return _table(context, bar, output, next(each for each in TABLES if each == kind), path)
    except OSError as error:
        problem = Problem("unknown-format", f"It cannot be read: {error.strerror}.")
    except Problem as found:
        if found.code not in _OF_THE_FILE:
            raise
        problem = found
    return Outcome(path.name, kind, findings=True, problem=problem.as_dict())


def _table(context: "Context", bar: "Progress", output: "Output", what: What, path: Path) -> Outcome:
    beside = path.with_name(f"{REJECTED}{path.name}{'' if path.suffix == '.csv' else '.csv'}")
    with _rejects(beside) as write:
        done = bring(context, bar, what, path, {}, write)
    say(output, path.name, what, done)
    if done.rejected:
        output.say(f"The rejects are in {beside}.")
    return Outcome(path.name, what, done.rejected > 0, done, rejects=beside.name if done.rejected else None)


@contextmanager
def _rejects(path: Path) -> "Iterator[Callable[[Reject], None]]":
    """Writes a file of rejects, if there are any at all; that of an earlier night is taken away."""
    path.unlink(missing_ok=True)
    write: Callable[[Reject], None] | None = None
    with ExitStack() as stack:

        def told(reject: "Reject") -> None:
            nonlocal write
            if write is None:
                write = stack.enter_context(rejects_file(path, several=False))(path.name)
            write(reject)

        yield told
