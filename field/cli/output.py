"""What goes to the screen and what goes to a program: words, JSON, and an exit code for both."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from field.problems import Problem

STANDARD_OUTPUT = "-"


class Exit(IntEnum):
    """What an exit code means; docs/operating.md lists the same."""

    DONE = 0
    FINDINGS = 1
    """The input has faults, or a check found something. What was good was done."""
    USAGE = 2
    ENVIRONMENT = 3
    """The machine is not ready: no database, an old schema, a port in use, a wrong setting."""
    VIOLATION = 4
    """The oracle found that something was lost, doubled or altered."""
    INTERRUPTED = 130


_ENVIRONMENT = frozenset({"bad-setting", "storage-failed", "busy", "internal"})

_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""What would move the cursor, colour the screen or rename the window: a file's text may have it."""


class Screen(Console):
    """A terminal that no text can command: what would do so is shown as a mark."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """What is shown of something, as Rich asks for it."""
        for segment in super().render(renderable, options):
            own = segment.control is not None
            yield segment if own else Segment(segment.text.translate(_CONTROLS), segment.style)


errors = Screen(stderr=True, highlight=False, soft_wrap=True)
"""For words about what went wrong; they never stand in a program's way."""


class Output:
    """Where a command writes: people read the standard output, or standard error while a program reads it."""

    def __init__(self, json: str | None = None) -> None:
        """`json` names the file for a program, `-` being the standard output; None for no such file."""
        self._json = json
        self.human = Screen(stderr=json == STANDARD_OUTPUT, highlight=False, soft_wrap=True)

    def say(self, words: str) -> None:
        """A line for a person."""
        self.human.print(words, markup=False)

    def machine(self, value: Any) -> None:
        """The outcome for a program, if one asked for it: one JSON value and a newline."""
        if self._json is None:
            return
        import msgspec

        text = msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
        if self._json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(text)
            sys.stdout.buffer.flush()
        else:
            write_file(Path(self._json), text)


def moment(ms: int) -> str:
    """A moment to the minute, as a table shows it; UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def write_file(path: Path, content: bytes) -> None:
    """Write a file that somebody asked for; stop with words where that cannot be."""
    try:
        path.write_bytes(content)
    except OSError as error:
        stop(f"{path} cannot be written: {error.strerror}. Name another file.", Exit.FINDINGS)


def read_file(path: Path) -> bytes:
    """Read a file that somebody named; stop with words where that cannot be."""
    try:
        return path.read_bytes()
    except OSError as error:
        stop(f"{path} cannot be read: {error.strerror}. Check the name.", Exit.FINDINGS)


def stop(words: str, code: Exit) -> NoReturn:
    """Say what is wrong and what to do, and end the program with a code."""
    errors.print(words, markup=False)
    raise SystemExit(code)


def stop_for(problem: Problem) -> NoReturn:
    """Tell a person of a problem, and end the program."""
    code = Exit.ENVIRONMENT if problem.code in _ENVIRONMENT else Exit.FINDINGS
    stop(f"{problem.title}. {problem.detail}", code)
