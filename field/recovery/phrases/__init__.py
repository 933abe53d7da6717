"""The words in which a figure is explained: one table per language, each complete or it does not load."""

from collections.abc import Mapping
from typing import Literal

from field.recovery.phrases import en, sd, ur
from field.recovery.phrases.table import Phrases

Language = Literal["en", "ur", "sd"]

TABLES: Mapping[Language, Phrases] = {"en": en.PHRASES, "ur": ur.PHRASES, "sd": sd.PHRASES}
"""English, Urdu and Sindhi."""
