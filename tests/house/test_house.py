"""The promises we make about ourselves. Each tells what happened, or would, to those who did not keep it."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from field.problems import CATALOGUE
from tests.house import lints

ROOT = Path(__file__).parents[2]
FIELD = ROOT / "field"
PURE = ("geo", "inspections", "recovery", "sync")
LOCKS = ("requirements.lock", "package-lock.json", ".npmrc", "pip.conf")

Lint = Callable[[str], list[str]]


def tracked() -> list[Path]:
    # A clone that belongs to somebody else, as in a container, is a reason for git to refuse.
    command = [
        "git",
        "-c",
        f"safe.directory={ROOT}",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def python(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "node_modules" not in path.parts)


def pure() -> list[Path]:
    return [FIELD / "problems.py", *(path for room in PURE for path in python(FIELD / room))]


def offences(paths: Iterable[Path], lint: Lint) -> Mapping[str, list[str]]:
    found = {str(path.relative_to(ROOT)): lint(path.read_text(encoding="utf-8")) for path in paths}
    return {name: lines for name, lines in found.items() if lines}


def test_lock_files_name_no_place_to_fetch_from() -> None:
    """A lock made at an office with a mirror of its own named that mirror, and nobody else could install it.

    A hash says which file is meant. Where to get it is the machine's own business.
    """
    locks = [path for path in tracked() if path.name in LOCKS]
    assert ROOT / "requirements.lock" in locks
    assert not offences(locks, lints.names_a_place)


def test_no_file_names_a_place_on_this_machine() -> None:
    """A script that knew its author's home worked for its author alone.

    Only places that are somebody's are looked for: a checkout at `/app` could not be told from a word.
    """
    places = {str(place) for place in (ROOT, Path(sys.prefix), Path.home()) if len(place.parts) > 2}
    texts = [path for path in tracked() if _is_text(path)]
    for place in places:
        assert not offences(texts, lambda text, place=place: lints.names_a_path(text, place))


def _is_text(path: Path) -> bool:
    return b"\0" not in path.read_bytes()[:8192] and not _raises(path)


def _raises(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return True
    return False


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    """A module of 2,900 lines is where three people at a time put what they had no better place for."""
    assert not offences(python(FIELD), lints.too_long)


def test_time_and_chance_come_from_the_clock_alone() -> None:
    """A failure that only happened around midnight in June could not be shown again in July.

    With time and chance passed in, its seed and its moment replay it. What drives others, the simulator and
    the command line, may look at the real clock and wait.
    """
    free = (FIELD / "sim", FIELD / "cli")
    bound = [path for path in python(FIELD) if not any(path.is_relative_to(folder) for folder in free)]
    assert not offences((path for path in bound if path.name != "clock.py"), lints.reads_time_or_chance)


def test_every_public_name_in_a_pure_room_says_what_may_be_relied_on() -> None:
    """A rule without its source was changed by somebody who could not know that it was the Act's."""
    assert not offences(pure(), lints.without_docstring)


def test_only_the_door_catches_everything() -> None:
    """A loop that caught `Exception` and went on hid a full disk: every photo was answered with yes."""
    # In a transaction that several requests share, an error belongs to whoever brought the work: it is handed
    # to that thread and raised there (tests/store/test_engine.py).
    handed_on = FIELD / "store" / "engine.py"
    inside = [path for path in python(FIELD) if not path.is_relative_to(FIELD / "api") and path != handed_on]
    assert not offences(inside, lints.catches_everything)


def test_no_test_is_skipped() -> None:
    """A test that skips itself where PostgreSQL is missing is green just where it would have failed."""
    assert not offences((path for path in python(ROOT / "tests") if path.name != "lints.py"), lints.gives_up)


def test_every_problem_has_its_line_in_the_catalogue() -> None:
    """A mistyped code in a branch that is seldom taken answers a clerk with a bare 500."""
    assert not offences(python(FIELD), lints.unknown_problem_codes)
    assert all(lints.is_kebab(code) for code in CATALOGUE)
    assert all(400 <= kind.status <= 599 for kind in CATALOGUE.values())


@pytest.mark.parametrize(
    ("lint", "bad", "good"),
    [
        pytest.param(lints.too_long, "x = 1\n" * 401, "x = 1\n" * 400, id="too-long"),
        pytest.param(
            lints.names_a_place,
            "--index-url https://mirror.example/simple\n",
            "a==1 \\\n  --hash=sha256:0\n",
            id="place",
        ),
        pytest.param(
            lints.names_a_place,
            '"resolved": "https://mirror.example/a.tgz",',
            '"url": "https://a.example"',
            id="resolved",
        ),
        pytest.param(
            lambda text: lints.names_a_path(text, "/home/zainab/field"),
            "cd /home/zainab/field && ls",
            "cd /srv/home/zainab/field",
            id="path",
        ),
        pytest.param(
            lints.reads_time_or_chance,
            "import datetime as d\nd.datetime.now()",
            "import datetime as d\nd.datetime.fromisoformat('')",
            id="now",
        ),
        pytest.param(
            lints.reads_time_or_chance,
            "from uuid import uuid4 as u\nu()",
            "from uuid import UUID\nUUID(int=0)",
            id="uuid",
        ),
        pytest.param(lints.reads_time_or_chance, "import random\nrandom.random()", "random = 1", id="random"),
        pytest.param(
            lints.without_docstring,
            '"""Module."""\ndef distance_m(): return 1',
            '"""Module."""\ndef _half(): return 1',
            id="docstring",
        ),
        pytest.param(
            lints.catches_everything,
            "try: pass\nexcept (OSError, Exception): pass",
            "try: pass\nexcept OSError: pass",
            id="catch",
        ),
        pytest.param(
            lints.catches_everything, "try: pass\nexcept: pass", "try: pass\nfinally: pass", id="bare"
        ),
        pytest.param(
            lints.gives_up,
            "@pytest.mark.skipif(True)\ndef test_a(): ...",
            "def test_skipped_visits(): ...",
            id="skip",
        ),
        pytest.param(
            lints.unknown_problem_codes,
            "raise Problem('no-such-code', '')",
            "raise Problem('busy', '')",
            id="code",
        ),
    ],
)
def test_the_lints_themselves_see_what_they_look_for(lint: Lint, bad: str, good: str) -> None:
    """A lint that stopped seeing anything is the greenest of all."""
    assert lint(bad)
    assert not lint(good)


@pytest.mark.parametrize("page", ["ARCHITECTURE.md", "docs/operating.md", "docs/database.md"])
def test_no_table_of_a_page_has_two_rows_about_the_same(page: str) -> None:
    """Three setting rows, three of one table: each landing had left its own."""
    told = re.findall(r"^\| ([^|]*[^| -][^|]*) \|", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    named = [each for each in told if each not in ("room", "table")]
    assert [each for each in set(named) if named.count(each) > 1] == []
