"""Answers in the language that was asked for: their sentences retold, their figures as they are."""

from typing import TypeVar

from sqlalchemy import Connection

from field.recovery.phrases import Language
from field.recovery.retelling import retell
from field.store import checklists

T = TypeVar("T")


def told(tx: Connection, found: T, language: Language) -> T:
    """An answer with its sentences in a language. What cannot be said whole in it stays in English."""
    if language == "en":
        return found
    return retell(found, language, checklists.urdu(tx) if language == "ur" else None)
