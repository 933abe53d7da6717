"""Finds a Chromium to test the pages with, or brings one.

Whoever has none is told in one sentence what to do: a browser test that steps aside is green where it would
fail.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "CHROMIUM_PATH"
"""Not FIELD_...: the server refuses variables of that name which are no settings of its own."""

INSTALL_S = 600
TO_DO = (
    f"There is no Chromium for the browser tests, and none could be brought: install one (on Debian: "
    f"apt-get install chromium), or name the program of one in {VARIABLE}."
)


class Machine(msgspec.Struct, frozen=True):
    """What is known of a machine: programs on its path by name, and whether its user may install packages."""

    programs: Mapping[str, str]
    is_root: bool = False
    named: str | None = None
    """What the variable names, where it is set."""


class Found(msgspec.Struct, frozen=True):
    """A program to use."""

    program: str


class Bring(msgspec.Struct, frozen=True):
    """None is there: the commands that may bring one, by the name of each way, to be tried in this order."""

    ways: Mapping[str, Sequence[Sequence[str]]]


def decide(machine: Machine) -> Found | Bring:
    """Which Chromium to use, or how to get one. What the variable names goes before everything else."""
    if machine.named:
        return Found(machine.named)
    for name in NAMES:
        if name in machine.programs:
            return Found(machine.programs[name])
    ways: dict[str, Sequence[Sequence[str]]] = {}
    if machine.is_root and "apt-get" in machine.programs:
        apt = machine.programs["apt-get"]
        ways["apt"] = ((apt, "update"), (apt, "install", "--yes", "--no-install-recommends", "chromium"))
    ways["playwright"] = ((sys.executable, "-m", "playwright", "install", "chromium"),)
    return Bring(ways)


def look(environ: Mapping[str, str]) -> Machine:
    """This machine."""
    found = {name: path for name in (*NAMES, "apt-get") if (path := shutil.which(name))}
    return Machine(found, hasattr(os, "geteuid") and os.geteuid() == 0, environ.get(VARIABLE) or None)


@cache
def program() -> str | None:
    """The Chromium to start; None where Playwright knows its own. It is brought here if need be, once.

    Raises RuntimeError with the sentence that says what to do.
    """
    decided = decide(look(os.environ))
    if isinstance(decided, Found):
        if not Path(decided.program).is_file():
            raise RuntimeError(
                f"{VARIABLE} names {decided.program}, which is no program. Correct or unset it."
            )
        return decided.program
    for way, commands in decided.ways.items():
        if all(_done(command) for command in commands):
            again = decide(look(os.environ))
            if isinstance(again, Found):
                return again.program
            if way == "playwright":
                return None
    raise RuntimeError(TO_DO)


def _done(command: Sequence[str]) -> bool:
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environ, check=False, timeout=INSTALL_S, stdout=sys.stderr)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
