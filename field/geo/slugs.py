"""The stable form of names, apart from the maps: whoever reads a file's headings needs no geometry."""

import re
import unicodedata


def slug(text: str) -> str:
    """The stable form of a name: lower case, no accents, words joined by hyphens; "" if it has no letter.

    >>> slug(" Khairpur Mir's ")
    'khairpur-mir-s'
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "-", plain).strip("-")
