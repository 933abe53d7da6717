"""The page that says how a bundle is verified with openssl and sha256sum alone, in English and Urdu.

The commands stand here once, the words in `texts`. They need a POSIX shell, coreutils, findutils, grep and
OpenSSL 3, and say nothing bad where all is well: whatever begins with BAD is.
"""

import textwrap
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

import msgspec

from field.evidence.editions import Edition
from field.evidence.words import WORDS, Language

HASHES = "sha256sum --check --strict --quiet manifest.sha256 || echo 'BAD: a file differs from the manifest'"
NO_MORE = """LC_ALL=C find . -name '*[!A-Za-z0-9._-]*' -exec printf 'BAD: not in the manifest: %s\\n' {} +
find . ! -type d ! -path ./manifest.sha256 ! -path ./manifest.sig | cut -c3- | while read -r f; do
  [ -h "$f" ] && echo "BAD: a link, not a file: $f"
  cut -c67- manifest.sha256 | grep -qxF -e "$f" || echo "BAD: not in the manifest: $f"
done"""
MANIFEST = """openssl pkeyutl -verify -pubin -inkey keys/server.pem -rawin \\
  -in manifest.sha256 -sigfile manifest.sig || echo 'BAD: the manifest was not signed by this server'"""
KEY = "openssl pkey -pubin -in keys/server.pem -outform DER | sha256sum"
SERVER = """find . -name '*.server-sig' | while read -r s; do
  openssl pkeyutl -verify -pubin -inkey keys/server.pem -rawin \\
    -in "${s%.server-sig}" -sigfile "$s" || echo "BAD: $s"
done"""
DEVICE = """find . -name '*.signed' | while read -r f; do
  device=$(basename "$f" | cut -c1-36)
  openssl dgst -sha256 -verify "keys/device-$device.pem" \\
    -signature "${f%.signed}.sig" "$f" || echo "BAD: $f"
done"""
LINES = """signed=$(mktemp)
find . -name '*.signed' | while read -r f; do
  head=$(head -n 3 "$f" | wc -c)
  tail -c +$((head + 1)) "$f" | od -An -v -tx1 | tr -d ' \\n' | fold -w 64
  echo
done > "$signed"
find reports -name 'lines-device-*.ndjson' -exec cat {} + | while IFS= read -r line || [ "$line" ]; do
  hash=$(printf %s "$line" | sha256sum | cut -c1-64)
  grep -q "^$hash" "$signed" || echo "BAD: no tablet signed this entry: $hash"
done"""
UNSIGNED = """find reports -name 'lines-*' ! -name 'lines-device-*' ! -name lines-office.ndjson |
while read -r f; do echo "BAD: entries of a tablet without its signature: $f"; done
find reports -name entries.csv -exec grep -H ',unsigned,' {} + | while read -r f; do
  echo "BAD: no tablet signed this entry: $f"
done"""
LEFT_OUT = """find reports -name entries.csv -exec cat {} + | grep ',device,' | cut -d, -f4 |
while read -r hash; do
  grep -q "^$hash" "$signed" || echo "BAD: no tablet signed what is left out: $hash"
done"""
PHOTOS = """grep -o 'reports/[^ ]*/photos/[^ ]*-original[^ ]*' manifest.sha256 | while read -r f; do
  hash=$(sha256sum "$f" | cut -c1-64)
  grep -q "\\"sha256\\":\\"$hash\\"" "$(dirname "$(dirname "$f")")"/lines-*.ndjson ||
    echo "BAD: no entry describes $f"
  grep -qx "$hash" "${f%-original*}.receipt" || echo "BAD: its receipt is for other bytes: $f"
done"""
RECEIPT = """made=$(mktemp -d)
find reports -name receipt.txt | while read -r f; do
  base32 -d "$f" > "$made/all"
  { printf 'field-report-1\\n'; head -c 61 "$made/all"; } > "$made/said"
  tail -c 64 "$made/all" > "$made/sig"
  key=$(head -c 5 "$made/all" | tail -c 4 | base32 | tr -d '=')
  openssl pkeyutl -verify -pubin -inkey "keys/server-$key.pem" -rawin \\
    -in "$made/said" -sigfile "$made/sig" || echo "BAD: $f"
  [ "$(head -c 61 "$made/all" | tail -c 20 | od -An -v -tx1 | tr -d ' \\n')" = \\
    "$(sha256sum "${f%.txt}.statement.txt" | cut -c1-40)" ] || echo "BAD: not what was attested: $f"
done"""
PERSONAL = """find reports -name personal.tsv -exec cat {} + |
while IFS="$(printf '\\t')" read -r sign salt value; do
  made=$(printf '%s\\0%s' "$salt" "$value" | openssl dgst -sha256 -binary | openssl base64 |
    tr '+/' '-_' | tr -d '=')
  [ "$made" = "$sign" ] || echo "BAD: not the value that was signed: $sign"
done"""


COMMANDS: Mapping[str, str] = {
    "HASHES": HASHES,
    "NO_MORE": NO_MORE,
    "MANIFEST": MANIFEST,
    "KEY": KEY,
    "SERVER": SERVER,
    "DEVICE": DEVICE,
    "LINES": LINES,
    "UNSIGNED": UNSIGNED,
    "LEFT_OUT": LEFT_OUT,
    "PHOTOS": PHOTOS,
    "RECEIPT": RECEIPT,
    "PERSONAL": PERSONAL,
}
_COURT = "[court only]"


class Part(msgspec.Struct, frozen=True):
    """A step: what it shows, in words, and the commands."""

    heading: str
    paragraphs: tuple[str, ...]
    commands: tuple[str, ...] = ()


def parts(edition: Edition, language: Language) -> tuple[Part, ...]:
    """The steps for an edition, in a language."""
    source = resources.files("field.evidence").joinpath("texts", f"verify.{language}.txt")
    return tuple(_read(source.read_text(encoding="utf-8"), edition))


def _read(text: str, edition: Edition) -> Iterator[Part]:
    """The steps of a text: `# heading`, paragraphs, `$ COMMAND`, with an empty line after each."""
    for step in text.split("# ")[1:]:
        heading, *blocks = [
            block.strip() for block in step.replace(_COURT, "").split("\n\n") if block.strip()
        ]
        commands = [COMMANDS[block[2:]] for block in blocks if block.startswith("$ ")]
        said = [" ".join(block.split()) for block in blocks if not block.startswith("$ ")]
        if edition == "court" or not _for_court(text, heading):
            yield Part(heading, tuple(said), tuple(commands))


def _for_court(text: str, heading: str) -> bool:
    return f"{_COURT}\n# {heading}" in text


def text(edition: Edition, language: Language) -> str:
    """The page as plain text; the lines of commands are indented by four spaces, and nothing else is."""
    written: list[str] = []
    for part in parts(edition, language):
        written += [part.heading, ""]
        for paragraph in part.paragraphs:
            written += [*textwrap.wrap(paragraph, 96), ""]
        for command in part.commands:
            written += [*(f"    {line}" for line in command.splitlines()), ""]
    return "\n".join(written)


def page(edition: Edition, language: Language, id: str, day: str) -> dict[str, Any]:
    """What the template needs to draw the page; `day` is the date that the document bears."""
    first, *others = parts(edition, language)
    return {
        "language": language,
        "words": msgspec.to_builtins(WORDS[language]),
        "title": first.heading,
        "id": id,
        "day": [int(each) for each in day.split("-")],
        "parts": [
            {"heading": "", "paragraphs": first.paragraphs, "commands": ()},
            *(msgspec.to_builtins(each) for each in others),
        ],
    }
