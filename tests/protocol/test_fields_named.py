"""The page lists the fields of every kind with their rules, since a client cannot say `over` without them."""

import re
from pathlib import Path

import pytest

from field.sync.kinds import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"
OFFICE_ALONE = {"checklist", "conflict"}


def listed() -> dict[str, dict[str, list[str]]]:
    """The rules by kind, as the page has them, each with its fields; a star is kept."""
    section = PAGE.read_text().partition("**The fields**")[2].partition("\n\nMonths")[0]
    found = {}
    for kind, cell in re.findall(r"^\| `(\w+)` \| (.+) \|$", section, re.MULTILINE):
        groups = (group.split(": ", 1) for group in cell.split("; "))
        found[kind] = {rule: re.findall(r"`(\w+)`(\*?)", names) for rule, names in groups}
    return {k: {r: [n + star for n, star in names] for r, names in v.items()} for k, v in found.items()}


def test_the_page_lists_every_kind() -> None:
    assert listed().keys() == KINDS.keys() - OFFICE_ALONE


@pytest.mark.parametrize("name", sorted(KINDS.keys() - OFFICE_ALONE))
def test_the_page_lists_the_fields_of_a_kind_with_their_rules(name: str) -> None:
    kind = KINDS[name]
    rules: dict[str, list[str]] = {}
    for field in kind.fields.values():
        if field.name != "withdrawn":
            star = "*" if field.name in kind.required else ""
            rules.setdefault(field.rule.name, []).append(field.name + star)
    told = listed()[name]
    if name == "lead":
        assert told.pop("server") == []
        del rules["server"]
    assert {rule: sorted(names) for rule, names in told.items()} == {r: sorted(n) for r, n in rules.items()}
