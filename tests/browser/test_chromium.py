"""Which Chromium the tests use, and how one is brought where there is none."""

import sys

import pytest

from tests.browser import chromium
from tests.browser.chromium import Bring, Found, Machine, decide

APT = {"apt-get": "/usr/bin/apt-get"}
PLAYWRIGHT = (sys.executable, "-m", "playwright", "install", "chromium")


def test_a_chromium_on_the_path_is_used_and_nothing_is_installed() -> None:
    assert decide(Machine({"google-chrome": "/opt/chrome", **APT}, is_root=True)) == Found("/opt/chrome")


def test_debians_own_name_goes_before_the_others() -> None:
    there = {"google-chrome": "/opt/chrome", "chromium": "/usr/bin/chromium"}
    assert decide(Machine(there)) == Found("/usr/bin/chromium")


def test_what_the_variable_names_goes_before_all_that_is_found() -> None:
    assert decide(Machine({"chromium": "/usr/bin/chromium"}, named="/opt/mine")) == Found("/opt/mine")


def test_root_with_apt_installs_debians_package_and_falls_back_to_playwrights() -> None:
    decided = decide(Machine(APT, is_root=True))
    assert isinstance(decided, Bring)
    assert list(decided.ways) == ["apt", "playwright"]
    assert decided.ways["apt"][-1][-1] == "chromium"


@pytest.mark.parametrize("machine", [Machine(APT), Machine({}, is_root=True)])
def test_whoever_may_not_install_packages_gets_playwrights(machine: Machine) -> None:
    assert decide(machine) == Bring({"playwright": (PLAYWRIGHT,)})


def test_where_none_can_be_brought_one_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "look", lambda environ: Machine({}))
    monkeypatch.setattr(chromium, "_done", lambda command: False)
    with pytest.raises(RuntimeError, match="install one") as raised:
        chromium.program.__wrapped__()
    assert chromium.VARIABLE in str(raised.value)


def test_a_variable_that_names_no_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/no/such/chromium")
    with pytest.raises(RuntimeError, match="/no/such/chromium"):
        chromium.program.__wrapped__()
