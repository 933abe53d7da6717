"""What the log may say of an error: where it was raised, never its own words."""

import traceback


def place(error: Exception) -> dict[str, str]:
    """The kind of an error and the lines that raised it; its own words may hold values."""
    frames = traceback.extract_tb(error.__traceback__)
    return {"error": type(error).__name__, "at": " ".join(f"{f.name}:{f.lineno}" for f in frames[-2:])}
