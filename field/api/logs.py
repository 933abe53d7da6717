"""What the server writes down about itself: one line of JSON for each event, on the standard error.

A traceback shows lines of code and no values: structlog's own would print every variable on the way, and so
passwords and CNICs.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

ORDINARY = {"debug", "info"}
"""What is written where all goes well."""


class _Now:
    """Whether what is ordinary is written down at this moment; for all threads of the process."""

    ordinary = True


def configure() -> None:
    """Set up logging for this process."""
    structlog.configure(
        processors=[
            _only_what_is_wanted,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=_logger,
        cache_logger_on_first_use=False,
    )


@contextmanager
def only_what_goes_wrong() -> Iterator[None]:
    """Within this, what is ordinary is not written down: for runs whose own output somebody reads."""
    before, _Now.ordinary = _Now.ordinary, False
    try:
        yield
    finally:
        _Now.ordinary = before


def _only_what_is_wanted(
    _: Any, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    if method in ORDINARY and not _Now.ordinary:
        raise structlog.DropEvent
    return event


def _logger(*_: Any) -> structlog.PrintLogger:
    # Asked for at each event, so that a redirected standard error is followed.
    return structlog.PrintLogger(sys.stderr)
