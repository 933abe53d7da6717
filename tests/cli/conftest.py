"""The command line as a test types it: in this process, with a data folder of its own."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from field.cli import main


class Run(msgspec.Struct, frozen=True):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    def json(self) -> object:
        """What a program reads from the standard output."""
        return msgspec.json.decode(self.out)


Type = Callable[..., Run]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder that the commands use; it is not there yet."""
    folder = tmp_path / "field-data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIELD_DATA", str(folder))
    monkeypatch.setenv("FIELD_PORT", "0")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("FIELD_DATABASE_URL", raising=False)
    return folder


@pytest.fixture
def field(data: Path, capfd: pytest.CaptureFixture[str]) -> Type:
    """Type a command: `field("user", "add", ...)`."""

    def run(*arguments: str) -> Run:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = capfd.readouterr()
        code = ended.value.code
        return Run(code if isinstance(code, int) else 0, out, err)

    return run
