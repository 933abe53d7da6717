"""What follows the files of a night: assessments, flags, districts and payments that wait for somebody.

Each step stands by itself: one that fails is told, and the others are done all the same. Again, with nothing
new, none of them changes anything.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from field.problems import Problem

if TYPE_CHECKING:
    from rich.progress import Progress

    from field.api.context import Context
    from field.cli.output import Output
    from field.config import Settings

AT_ONCE = 100
SHOWN_MAX = 10


class Step(msgspec.Struct, frozen=True):
    """What came of a step, or the problem for which it was left. `findings`: something needs a person."""

    step: str
    findings: bool
    outcome: Any = None
    problem: dict[str, Any] | None = None


def after_files(context: "Context", settings: "Settings", output: "Output", bar: "Progress") -> list[Step]:
    """Do every step, in order, and say what came of each."""
    steps: tuple[tuple[str, Callable[[], tuple[Any, bool]]], ...] = (
        ("assessments", lambda: _assess(context, output)),
        ("flags", lambda: _flags(context, settings, output, bar)),
        ("districts", lambda: _districts(context, output)),
    )
    return [_step(name, work, output) for name, work in steps]


def _step(name: str, work: Callable[[], tuple[Any, bool]], output: "Output") -> Step:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        outcome, findings = work()
    except Problem as found:
        problem = found
    except (SQLAlchemyError, OSError) as error:
        problem = Problem("storage-failed", f"The database or the disk failed ({type(error).__name__}).")
    else:
        return Step(name, findings, outcome)
    output.say(f"{name}: this step failed and the others went on. {problem.detail}")
    return Step(name, findings=True, problem=problem.as_dict())


def _assess(context: "Context", output: "Output") -> tuple[Any, bool]:
    """Assess the visits that the files touched: flags are judged by them."""
    from field.store import assessments, lead_follow_up

    done = 0
    while found := assessments.refresh(context.store, context.clock.now_ms(), AT_ONCE):
        done += found
    while lead_follow_up.refresh(context.store, context.clock, context.office, AT_ONCE):
        pass
    output.say(f"{done:,} visits assessed anew.")
    return {"visits": done}, False


def _flags(context: "Context", settings: "Settings", output: "Output", bar: "Progress") -> tuple[Any, bool]:
    from field.cli.flags import judge_everybody, say

    judged = judge_everybody(context, settings, bar, None)
    say(output, judged)
    return judged.told, bool(judged.summary.failed)


def _districts(context: "Context", output: "Output") -> tuple[Any, bool]:
    """Hold every establishment's point against the boundaries, and say what waits to be settled."""
    from field.recovery.wording import count
    from field.store import disagreements, districts, flag_facts

    with context.store.read() as tx:
        waiting = disagreements.number_open(tx)
        index = districts.load_index(tx)
        found = [*disagreements.misplaced(tx, index, flag_facts.everybody(tx))]
    if waiting:
        output.say(
            f"{waiting:,} establishments stand by their place in another district than the register says: "
            "`field registry disagreements` lists them."
        )
    for each in found[:SHOWN_MAX]:
        output.say(f"  {each.establishment} stands in {each.district}, and its point lies in {each.place}.")
    if found:
        output.say(f"Their points lie in another district: {count(len(found), 'establishment')}.")
    return {"disagreements": waiting, "misplaced": found}, bool(found)
