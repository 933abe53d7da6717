"""A finding: something that speaks against an employer, in words, with its evidence; one shape for all.

Answers of a checklist, the checks of a wage register, schedules and payments raise findings; the rules of
flagging judge them (`field.recovery.rules`). A finding demands no money: that is the assessment's part.
"""

from typing import Literal

import msgspec

Sure = Literal["certain", "likely", "possible"]
"""How sure it is: read off records that agree; two sources contradict each other; a hint to look at."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `code` names the check ("register-cnic-twice"), `sentence` says it for a clerk.

    `section` is the provision that is violated, where the source knows it; `record_ids` are the records to
    open (wage lines, answers, photos, the report), `months` as "2024-07", and `rate_row_ids` the dated rows
    that the finding rests on. No personal value stands in it: workers are shown by opening the records.
    """

    code: str
    sentence: str
    sure: Sure = "certain"
    section: str = ""
    months: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()
    rate_row_ids: tuple[str, ...] = ()
