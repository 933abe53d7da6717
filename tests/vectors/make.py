"""Makes the vectors: what goes in and what comes out, for Python and TypeScript to agree on.

`.venv/bin/python -m tests.vectors.make` writes them anew. Everything in them is fixed, so that a
difference is a change of what travels.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.vectors import checked, handed, lines, merged, paced, paged, portioned, sealing, shown, timed

FOLDER = Path(__file__).parent
FILES: Mapping[str, Callable[[], dict[str, Any]]] = {
    "envelopes.json": lines.envelopes,
    "chain.json": lines.chain,
    "commitments.json": lines.commitments,
    "overlay.json": shown.overlays,
    "merge.json": merged.merged,
    "checksums.json": paged.checksums,
    "pages.json": paged.pages,
    "times.json": timed.times,
    "waits.json": paced.waits,
    "portions.json": portioned.portions,
    "checklists.json": checked.checked,
    "sealed.json": sealing.sealing,
    "handed.json": handed.handed,
}


def text(name: str) -> str:
    """What a file of vectors says."""
    # Control characters and separators of lines stand escaped, so that every editor shows them.
    written = json.dumps(FILES[name](), indent=1, ensure_ascii=False)
    return written.replace("\u2028", "\\u2028").replace("\u007f", "\\u007f") + "\n"


def main() -> None:
    """Write every file."""
    for name in FILES:
        (FOLDER / name).write_text(text(name), encoding="utf-8")


if __name__ == "__main__":
    main()
