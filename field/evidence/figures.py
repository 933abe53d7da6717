"""How a figure came about, as pages: the sentences of `field.recovery.explain`, numbered, with the law."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec

from field.evidence.words import WORDS, Language
from field.recovery.money import from_json, show


def page(
    id: str,
    day: date,
    owed_rs: str,
    steps: Sequence[tuple[str, str]],
    law: Sequence[tuple[str, str]],
    language: Language,
    *,
    provisional: bool,
) -> dict[str, Any]:
    """What the template needs: `steps` are (number, sentence), `law` (row, legal basis) of the rows used."""
    words = WORDS[language]
    return {
        "language": language,
        "words": msgspec.to_builtins(words),
        "title": words.figures,
        "name": "",
        "id": id,
        "day": [day.year, day.month, day.day],
        "owed": words.owed.format(day=day.isoformat()),
        "amount": show(from_json(owed_rs)),
        "provisional": provisional,
        "steps": [[number, sentence] for number, sentence in steps],
        "law": [f"{row}: {basis}" for row, basis in law],
    }
