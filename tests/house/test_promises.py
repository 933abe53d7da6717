"""The page of the protocol names the test that holds each promise; these names must not go stale."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "protocol.md"
PROMISES = [f"S{number}" for number in range(1, 10)]


def defined() -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {name for path in files for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}


def test_every_test_that_the_protocol_names_is_there() -> None:
    """A promise was once held by a test that had been renamed and then removed."""
    named = set(re.findall(r"`(test_\w+)`", PAGE.read_text()))
    assert len(named) > 20
    assert not named - defined()


def test_every_promise_has_its_row() -> None:
    rows = re.findall(r"^\| \*\*(S\d) [^|]+\| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)
    assert [name for name, _ in rows] == PROMISES
    assert all("`test_" in held or "not there yet" in held for _, held in rows)
