"""What is generated for the browser's part says what the server says."""

from web import generate


def test_the_browser_knows_the_kinds_as_the_server_does() -> None:
    """A field got a narrower bound on the server alone; tablets took what the office then quarantined."""
    written = generate.KINDS_FILE.read_text(encoding="utf-8")
    assert written == generate.kinds_text(), "run .venv/bin/python web/generate.py"


def test_the_browser_knows_the_messages_as_the_server_does() -> None:
    """A renamed member compiled on both sides, and was empty on the screen."""
    written = generate.WIRE_FILE.read_text(encoding="utf-8")
    assert written.startswith(generate.wire_stamp()), "run .venv/bin/python web/generate.py"
