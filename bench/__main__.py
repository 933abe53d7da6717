"""`python -m bench [NAME]`: run the benchmarks, print each figure, write bench/results.json."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec

from bench import assess, imports, photos, sync
from bench.harness import Figure

BENCHMARKS: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "sync": sync.run,
    "imports": imports.run,
    "assess": assess.run,
    "photos": photos.run,
}
RESULTS = Path(__file__).parent / "results.json"


def main(names: list[str]) -> int:
    """0 if every target is met, 1 if one is missed, 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(
            f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.", file=sys.stderr
        )
        return 2
    figures = []
    for name in names or BENCHMARKS:
        for figure in BENCHMARKS[name]():
            print(figure.line, flush=True)
            figures.append(figure)
    RESULTS.write_bytes(
        msgspec.json.format(msgspec.json.encode([{**msgspec.to_builtins(f), "met": f.met} for f in figures]))
    )
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main([name for name in sys.argv[1:] if name]))
