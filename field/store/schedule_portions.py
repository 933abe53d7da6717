"""A file of schedules in portions of one transaction each, ready to be written: read, grouped and sealed.

Of a long file that is done in a process of its own, while this one writes the portion before.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from field.clock import SystemClock
from field.inspections import workbook
from field.inspections.table_file import Reject, Remark
from field.problems import Problem
from field.recovery import schedule_file
from field.recovery.schedule_file import ScheduleLine
from field.store.ahead import ahead
from field.store.sealing import Sealer

LINES_APART = 50_000
"""A file of so many lines is worth a second process, which takes half a second to start."""

COLUMNS = ("line", "worker", "personal", "days", "wage_paisa", "contribution_paisa", "by_day")
Row = tuple[int, bytes | None, bytes | None, int | None, int, int | None, bool]
"""A line of a schedule as it is kept, in the order of COLUMNS."""

_LENGTH = 4
_END = bytes(_LENGTH)
_PROGRAM = """
import sys
sys.path[:0] = [sys.argv[1]]
from field.store.schedule_portions import serve
serve(int(sys.argv[2]))
"""
_ROOT = str(Path(__file__).parents[2])
_json = msgspec.json.Encoder()


class Group(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """Lines of one establishment's month, as they are kept."""

    registration_no: str
    month: str
    rows: list[Row]


class Portion(msgspec.Struct, frozen=True, array_like=True):
    """Some rows of a file: the lines, and what is told of the others."""

    groups: list[Group]
    rejects: list[Reject]
    remarks: list[Remark]


class Task(msgspec.Struct, frozen=True):
    """How a file is to be read, in portions of how many rows, and the key that seals personal values."""

    rows_at_once: int
    encoding: str
    today: date
    columns: Mapping[str, str]
    key: bytes


_portion = msgspec.msgpack.Decoder(Portion)
_pack = msgspec.msgpack.Encoder()


def portions(
    rows: Iterator[ScheduleLine | Reject | Remark], sealer: Sealer, rows_at_once: int
) -> Iterator[Portion]:
    """The rows of a file in portions, in their order."""
    seal, match = sealer.many(), sealer.match
    # Nothing is imported here that knows the database: the other process would load all of it.
    while batch := list(islice(rows, rows_at_once)):
        groups: dict[tuple[str, str], list[Row]] = {}
        rejects, remarks = [], []
        for row in batch:
            if type(row) is ScheduleLine:
                key = row.registration_no, row.month
                if key in groups:
                    groups[key].append(_row(row, seal, match))
                else:
                    groups[key] = [_row(row, seal, match)]
            elif isinstance(row, Reject):
                rejects.append(row)
            elif isinstance(row, Remark):
                remarks.append(row)
        yield Portion([Group(*key, lines) for key, lines in groups.items()], rejects, remarks)


def _row(line: ScheduleLine, seal: Callable[[bytes], bytes], match: Callable[[bytes], bytes]) -> Row:
    return (
        line.line,
        match(line.cnic.encode()) if line.cnic else None,
        seal(_json.encode((line.worker_name, line.cnic))) if line.cnic or line.worker_name else None,
        line.days,
        line.wage_paisa,
        line.contribution_paisa,
        line.by_day,
    )


def is_long(file: IO[bytes], lines: int) -> bool:
    """Whether a file is read apart: a long CSV that lies on a disk. A workbook is in memory already."""
    try:
        file.fileno()
    except OSError:
        return False
    return lines >= LINES_APART and not workbook.is_workbook(file)


def portions_apart(file: IO[bytes], task: Task) -> Iterator[Portion]:
    """What `portions` gives of a file, read and sealed by another process, which ends with this iterator.

    Raises Problem busy where that process ended too early; what was given is whole all the same.
    """
    # -I and no environment: it sees neither settings nor files but the one that it is handed.
    command = [sys.executable, "-I", "-c", _PROGRAM, _ROOT, str(file.fileno())]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PATH": ""},
        pass_fds=(file.fileno(),),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(_pack.encode(task))
        process.stdin.close()
        for packed in ahead(_received(process.stdout)):
            yield _portion.decode(packed)
    except BrokenPipeError as error:
        raise _ended() from error
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _received(stream: IO[bytes]) -> Iterator[bytes]:
    while (length := stream.read(_LENGTH)) != _END:
        packed = stream.read(int.from_bytes(length, "big"))
        if len(length) != _LENGTH or len(packed) != int.from_bytes(length, "big"):
            raise _ended()
        yield packed


def _ended() -> Problem:
    return Problem("busy", "Reading the file ended too early. Import it again: nothing is taken twice.")


def serve(descriptor: int) -> None:
    """Do the task that comes by standard input, on an open file: the other process's whole work."""
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Task)
    out: BinaryIO = sys.stdout.buffer
    with os.fdopen(descriptor, "rb") as file:
        file.seek(0)
        rows = schedule_file.read(file, task.encoding, task.today, task.columns)
        try:
            for portion in portions(rows, Sealer(task.key, SystemClock().token), task.rows_at_once):
                packed = _pack.encode(portion)
                out.write(len(packed).to_bytes(_LENGTH, "big"))
                out.write(packed)
                out.flush()
            out.write(_END)
            out.flush()
        except BrokenPipeError:
            # Nobody reads on: the import was stopped. Python would complain of it once more at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
