"""What the server writes down about itself: one line of JSON for each event, on the standard error.

A traceback shows lines of code and no values: structlog's own would print every variable on the way, and so
passwords and CNICs.
"""

import sys
from typing import Any

import structlog


def configure() -> None:
    """Set up logging for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=_logger,
        cache_logger_on_first_use=False,
    )


def _logger(*_: Any) -> structlog.PrintLogger:
    # Asked for at each event, so that a redirected standard error is followed.
    return structlog.PrintLogger(sys.stderr)
