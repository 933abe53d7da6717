"""A class is styled in one file of an app.

Once the signature's sheet and the number pad were both called `.pad`, in two files. Each was right by itself,
and in the built page the pad of the wage register lay in one column, unusable.
"""

import re
from collections import defaultdict
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.([\w-]+)")


def classes_of(style: str) -> set[str]:
    """The classes that a style sheet says all about: a rule of their own, outside any condition."""
    found: set[str] = set()
    depth, head = 0, ""
    for part in re.split(r"([{};])", COMMENT.sub("", style)):
        if part == "{":
            if depth == 0:
                alone = (CLASS.fullmatch(each.strip()) for each in head.split(","))
                found.update(match[1] for match in alone if match)
            depth += 1
        elif part == "}":
            depth -= 1
        head = part
    return found


@pytest.mark.parametrize("app", ["tablet", "console"])
def test_a_class_is_styled_in_one_file_of_an_app(app):
    places = defaultdict(set)
    for file in sorted((WEB / app).rglob("*.css")):
        for name in classes_of(file.read_text(encoding="utf-8")):
            places[name].add(file.name)
    assert places
    assert {name: sorted(files) for name, files in places.items() if len(files) > 1} == {}


def test_a_rule_within_a_condition_is_not_the_class_itself():
    assert classes_of(".a, .b { x: 1 } @media print { .c { x: 1 } } .d > e { x: 1 } /* .f { } */ .g{}") == {
        "a",
        "b",
        "g",
    }
