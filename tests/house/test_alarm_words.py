"""Alarms about tablets, and entries that cannot be released, have words in the console in both languages."""

import re
from collections import Counter
from pathlib import Path

from field.store.quarantine_opened import ADVICE, OTHERWISE
from field.sync import ledger, push, told
from field.sync.standing import MOVED_AWAY
from field.sync.unseen import CLOSED_A_DISPUTE

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "web" / "console" / "tablets" / "alarm-words.ts"
ADVISED = ROOT / "web" / "console" / "words" / "advice.ts"
RAISED = re.compile(r'(?:Alarm|TabletAlarm|LedgerAlarm)\(\s*"([a-z-]+)"')
ELSEWHERE = ("copied", "restored", "audit-differs", "audit-head-late", "held-long", "waiting-long")
"""Raised by code that names them otherwise."""
TIMES = 4
"""A name and an advice, each in two languages."""


def codes() -> set[str]:
    """The codes that the server raises."""
    sources = (Path(str(module.__file__)).read_text(encoding="utf-8") for module in (ledger, push, told))
    raised = {code for source in sources for code in RAISED.findall(source)}
    return {*raised, *ledger.EVENTS, *ELSEWHERE, MOVED_AWAY, CLOSED_A_DISPUTE}


def wordless(found: set[str], words: str) -> list[str]:
    """The codes for which words are missing."""
    counted = Counter(re.findall(r'^    "?([a-z-]+)"?: "', words, re.MULTILINE))
    return sorted(code for code in found if counted[code] != TIMES)


def test_every_alarm_says_in_both_languages_what_happened_and_what_to_do() -> None:
    """On pages in Urdu alarms stood in the server's English, and led nowhere."""
    assert wordless(codes(), WORDS.read_text(encoding="utf-8")) == []
    missing = wordless({*codes(), "made-up"}, WORDS.read_text(encoding="utf-8"))
    assert missing == ["made-up"]


def test_what_to_do_about_an_entry_that_cannot_be_released_is_said_in_both_languages() -> None:
    words = ADVISED.read_text(encoding="utf-8")
    counted = Counter(re.findall(r'^    "?([a-z-]+)"?: "', words, re.MULTILINE))
    assert dict(counted) == {**dict.fromkeys(ADVICE, 2), "otherwise": 2}
    for said in (*ADVICE.values(), OTHERWISE):
        assert said.replace("'", "’") in words
