"""What the log may say of an error: where it was raised, never its own words."""

import traceback

import msgspec

from field.problems import Problem
from field.store.engine import Retry

UNEXPECTED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
    Problem,
    Retry,
)
"""What values that nobody foresaw may raise in the background. It concerns one piece of work alone."""


def place(error: Exception) -> dict[str, str]:
    """The kind of an error and the lines that raised it; its own words may hold values."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": type(error).__name__, "at": " ".join(f"{f.name}:{f.lineno}" for f in frames[-2:])}
