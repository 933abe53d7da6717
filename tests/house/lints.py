"""What the house tests look for: functions from a file's text to its offences, one sentence each."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import chain

from field.problems import CATALOGUE

LINES_MAX = 400

TIME_AND_CHANCE = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "numpy.random",
    "os.getrandom",
    "os.urandom",
    "random",
    "secrets",
    "time.gmtime",
    "time.localtime",
    "time.monotonic",
    "time.monotonic_ns",
    "time.sleep",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid.uuid6",
    "uuid.uuid7",
)
_TIMES_TO_GIVE_UP = ("skip", "skipif", "xfail", "importorskip", "skipTest", "expectedFailure")
_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


def too_long(text: str) -> list[str]:
    lines = len(text.splitlines())
    return [f"{lines} lines, more than {LINES_MAX}"] if lines > LINES_MAX else []


def reads_time_or_chance(text: str) -> list[str]:
    tree = ast.parse(text)
    names = dict(_imported(tree))
    used = ((node.lineno, _dotted(node, names)) for node in ast.walk(tree) if isinstance(node, ast.expr))
    return sorted({f"line {line}: {name}" for line, name in used if name and _is_time_or_chance(name)})


def _is_time_or_chance(name: str) -> bool:
    return any(name == forbidden or name.startswith(forbidden + ".") for forbidden in TIME_AND_CHANCE)


def _imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each name an import brings in, with the dotted name that it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (top, top)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _dotted(node: ast.expr, names: Mapping[str, str]) -> str | None:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        before = _dotted(node.value, names)
        return f"{before}.{node.attr}" if before else None
    return None


def without_docstring(text: str) -> list[str]:
    tree = ast.parse(text)
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            missing += _undocumented(node, node.name)
    return missing


def _undocumented(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, name: str) -> list[str]:
    if node.name.startswith("_"):
        return []
    own = [] if ast.get_docstring(node) else [f"line {node.lineno}: {name}"]
    methods = node.body if isinstance(node, ast.ClassDef) else []
    functions = (method for method in methods if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef))
    return own + list(chain.from_iterable(_undocumented(each, f"{name}.{each.name}") for each in functions))


def catches_everything(text: str) -> list[str]:
    handlers = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ExceptHandler))
    return [
        f"line {handler.lineno}"
        for handler in handlers
        if _is_everything(handler.type) and not _raises_again(handler)
    ]


def _raises_again(handler: ast.ExceptHandler) -> bool:
    """Tidying up and raising the same error on hides nothing."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _is_everything(caught: ast.expr | None) -> bool:
    if isinstance(caught, ast.Tuple):
        return any(_is_everything(each) for each in caught.elts)
    return caught is None or (isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"})


def gives_up(text: str) -> list[str]:
    nodes = ast.walk(ast.parse(text))
    named = (
        (node, node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)) for node in nodes
    )
    return [f"line {getattr(node, 'lineno', 0)}: {name}" for node, name in named if name in _TIMES_TO_GIVE_UP]


def unknown_problem_codes(text: str) -> list[str]:
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call) and node.args)
    codes = (
        (call.lineno, call.args[0].value)
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "Problem"
        and isinstance(call.args[0], ast.Constant)
    )
    return [f"line {line}: {code}" for line, code in codes if code not in CATALOGUE]


def is_kebab(code: str) -> bool:
    return _CODE.fullmatch(code) is not None


def names_a_place(lock: str) -> list[str]:
    """Lines of a lock file, or of a package manager's settings, that say where to fetch from."""
    wanted = re.compile(
        r'^\s*("resolved"\s*:|[^#]*index-url|[^#]*find-links|\s*registry\s*=)|^[^"]*://|file:'
    )
    return [
        f"line {at}: {line.strip()}" for at, line in enumerate(lock.splitlines(), 1) if wanted.search(line)
    ]


def names_a_path(text: str, path: str) -> list[str]:
    wanted = re.compile(rf"(?<![\w./-]){re.escape(path)}(?![\w-])")
    return [f"line {at}" for at, line in enumerate(text.splitlines(), 1) if wanted.search(line)]
