"""What the documents say is there: commands, tables, settings, dependencies."""

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest
from typer.main import get_command

from field.cli import app
from field.cli.output import Exit
from field.config import Settings
from field.store.tables import Table

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands(command: object = None, path: tuple[str, ...] = ("field",)) -> Iterable[str]:
    """Every command as it is typed."""
    command = get_command(app) if command is None else command
    below = getattr(command, "commands", None)
    if below is None:
        yield " ".join(path)
        return
    for name, each in below.items():
        yield from commands(each, (*path, name))


def test_what_the_readme_tells_to_type_is_in_the_makefile() -> None:
    """A newcomer's first command was one that had been renamed the week before."""
    typed = set(re.findall(r"^make ([a-z-]+)", text("README.md"), re.MULTILINE))
    targets = set(re.findall(r"^([a-z-]+):.*## ", text("Makefile"), re.MULTILINE))
    assert typed == {"demo", "test"}
    assert typed <= targets


def test_every_command_is_in_the_operators_page() -> None:
    """An operator wrote a script of SQL for what had been a command for a year."""
    page = text("docs/operating.md")
    missing = [command for command in commands() if f"`{command}" not in page]
    assert not missing


def test_every_command_named_in_a_document_exists() -> None:
    """A page told to run a command that was never written, on the worst night of the year."""
    known = set(commands())
    groups = {command.rpartition(" ")[0] for command in known}
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for line in re.findall(r"(?:^|`)(field [a-z].*)", path.read_text(encoding="utf-8"), re.MULTILINE):
            words = line.split("`")[0].split()
            typed = {" ".join(words[:2]), " ".join(words[:3])}
            assert typed & (known | groups - {"field"}), f"{path.name}: {line}"


def test_every_table_is_explained() -> None:
    """Nobody dared to drop a table of which nobody knew what it was for."""
    page = text("docs/database.md")
    rows = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    assert rows == set(Table.metadata.tables)


def test_every_setting_is_explained_with_its_default() -> None:
    """A setting that is in no document is found when it is too late."""
    page = text("docs/operating.md")
    named = set(re.findall(r"^\| `(FIELD_[A-Z_]+)` \|", page, re.MULTILINE))
    assert named == {f"FIELD_{name.upper()}" for name in Settings.__struct_fields__}
    for name in ("host", "port", "workers", "data"):
        assert f"| `FIELD_{name.upper()}` | `{getattr(Settings(), name)}` |" in page


def test_every_exit_code_is_explained() -> None:
    """A nightly job took 'something was lost' for 'try again tomorrow'."""
    named = re.findall(r"^\| (\d+) \| ", text("docs/operating.md"), re.MULTILINE)
    assert [int(code) for code in named] == [code.value for code in Exit]


def test_every_dependency_has_its_reason() -> None:
    """A package that nobody could say why it was there could not be removed when it was abandoned."""
    project = tomllib.loads(text("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for many in project["optional-dependencies"].values() for d in many),
    ]
    page = text("docs/decisions/0001-stack.md")
    missing = [name for line in wanted if f"`{(name := re.split(r'[>=<,]', line)[0])}`" not in page]
    assert not missing


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs"])
def test_links_between_documents_lead_somewhere(page: str) -> None:
    """The page that explained it had moved."""
    start = ROOT / page
    for path in [start] if start.is_file() else start.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_files_that_the_architecture_names_exist() -> None:
    """A map with streets that were never built."""
    for name in re.findall(r"`((?:field|tests|docs|web)/[a-z_/]+(?:\.[a-z]+)?)`", text("ARCHITECTURE.md")):
        assert (ROOT / name).exists(), name
