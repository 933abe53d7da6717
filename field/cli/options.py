"""The options that several commands have in common."""

from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", help="The folder of everything kept on disk. Instead of FIELD_DATA."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        help="sqlite:///FILE or postgresql://USER@HOST/NAME. Instead of FIELD_DATABASE_URL.",
    ),
]
Json = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE", help="Write the outcome as JSON into FILE; - is the standard output."
    ),
]


def group(help: str) -> typer.Typer:
    """A command that has commands."""
    return typer.Typer(help=help, no_args_is_help=True, rich_markup_mode=None)
