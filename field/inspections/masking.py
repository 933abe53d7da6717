"""Personal values as the console shows them: enough to tell two people apart, too little to find one."""

import re
from collections.abc import Mapping
from typing import Any

_CNIC_SHOWN = 5
_CNIC = re.compile(r"(?<![A-Za-z\d])(?<!\d\.)(?<!\":)(\d{5})[ \-–—]?\d{7}[ \-–—]?\d(?![A-Za-z\d])")
"""In all the shapes that people type; but neither a part of an id or a number, nor the value of a field in
JSON: that is a time in milliseconds."""


def masked(field: str, value: str) -> str:
    """A personal value as it may be shown: of a CNIC the first five digits, of anything else one letter.

    >>> masked("cnic", "42101-1234567-1"), masked("worker_name", "Zainab Bibi")
    ('42101-*******-*', 'Z…')
    """
    if field == "cnic":
        digits = "".join(letter for letter in value if letter.isdigit())
        return f"{digits[:_CNIC_SHOWN]}-*******-*" if len(digits) > _CNIC_SHOWN else "*"
    return f"{value.strip()[:1]}…" if value.strip() else ""


def masked_fields(values: Mapping[str, Any], private: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """The personal values of a record by field, masked. `private` has salt and value by commitment."""
    return {
        name: masked(name, private[value][1])
        for name, value in values.items()
        if isinstance(value, str) and value in private
    }


def hide_cnics(text: str) -> str:
    """A text with the CNICs in it masked: a faulty tablet may have put one where none belongs."""
    return _CNIC.sub(lambda match: f"{match[1]}-*******-*", text)


def hide_in(value: Any) -> Any:
    """A value with the CNICs in all its texts masked, however deep they stand."""
    if isinstance(value, str):
        return hide_cnics(value)
    if isinstance(value, Mapping):
        return {name: hide_in(each) for name, each in value.items()}
    return [hide_in(each) for each in value] if isinstance(value, list | tuple) else value
