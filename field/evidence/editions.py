"""Who may have what: the court's edition has everything, the employer's nothing of those who spoke.

What is confidential is marked where it is declared: a kind by not being `for_employer`, a field by
`CONFIDENTIAL`, a question by `confidential` (`Checklist.kept_from_employer`). Here the marks are carried
out, and what is not known counts as marked.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from field.evidence.facts import AnswerKept, AuditKept, LineKept, PhotoKept, ReportKept
from field.inspections.masking import hide_in
from field.sync.changes import MEMBERS
from field.sync.kinds import KINDS
from field.sync.receipts import LANDED

Edition = Literal["court", "employer"]


class Cut(msgspec.Struct, frozen=True):
    """One report in one edition: which lines, photos, sections and audit entries are handed over."""

    edition: Edition
    lines: tuple[LineKept, ...]
    left_out: tuple[LineKept, ...]
    photos: tuple[PhotoKept, ...]
    photos_left_out: int
    audit: tuple[AuditKept, ...]
    kept_back: frozenset[str]
    """The questions whose answers stay out."""

    @property
    def court(self) -> bool:
        """Whether this is the court's edition."""
        return self.edition == "court"

    def open(self, answer: AnswerKept) -> bool:
        """Whether an answer is handed over."""
        return self.court or answer.question not in self.kept_back

    def fields(self, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Those of a record's values that are handed over."""
        if self.court:
            return dict(values)
        # Of a field that a newer app brought nobody said that the employer may have it.
        open_ones = KINDS[kind].fields.keys() - KINDS[kind].confidential
        return {name: each for name, each in values.items() if name in open_ones}


def cut(report: ReportKept, edition: Edition) -> Cut:
    """Decide what of a report goes into an edition."""
    if edition == "court":
        return Cut(edition, report.lines, (), report.photos, 0, report.audit, frozenset())
    asked = {each.question for section in report.sections for each in section.answers}
    every = asked | set(report.questions.values())
    known = frozenset() if report.checklist is None else frozenset(report.checklist.by_name)
    marked = frozenset() if report.checklist is None else report.checklist.kept_from_employer
    kept_back = frozenset(each for each in every if each not in known) | marked
    secret = {record for record, question in report.questions.items() if question in kept_back}
    shown = _named(report, secret)
    hidden = {
        each.id for each in report.photos if each.id in shown or each.values.get("purpose") in kept_back
    }
    lines = [each for each in report.lines if _may_go(each, secret | hidden)]
    open_ids = {id(each) for each in lines}
    photos = tuple(each for each in report.photos if each.id not in hidden)
    told = {report.id, report.visit_id, *(each.id for each in photos)}
    told.add(str(report.establishment.get("id")))
    return Cut(
        edition=edition,
        lines=tuple(lines),
        left_out=tuple(each for each in report.lines if id(each) not in open_ids),
        photos=photos,
        photos_left_out=len(hidden),
        audit=tuple(each for each in report.audit if set(each.about) <= told),
        kept_back=kept_back,
    )


def _named(report: ReportKept, secret: Iterable[str]) -> set[str]:
    """All texts in the lines of confidential answers, now or ever: a photo named there is one of them."""
    wanted = set(secret)
    found: set[str] = set()
    for line in report.lines:
        if line.record in wanted:
            found.update(_texts(_decoded(line.public)))
    return found


def _may_go(line: LineKept, secret: set[str]) -> bool:
    """Whether the employer may have a line as it was signed: all of it, or its hash alone.

    A line that did not land may say anything anywhere, as may one that says a member twice.
    """
    kind = KINDS.get(line.kind or "")
    if line.status not in LANDED or kind is None or not kind.for_employer or line.record in secret:
        return False
    said = _decoded(line.public)
    if not isinstance(said, dict) or said.get("reason") is not None or said.keys() - MEMBERS:
        return False
    values = [said.get(part) or {} for part in ("set", "was", "over")]
    if any(not isinstance(each, dict) for each in values):
        return False
    named = {name for each in values for name in each}
    # A CNIC has no business in a public part; where one got there all the same, it goes nowhere else.
    return not named & kind.confidential and named <= kind.fields.keys() and hide_in(values) == values


def _decoded(public: bytes) -> Any:
    try:
        return json.loads(public, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ValueError where a member stands there twice: only one would be looked at."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member stands there twice")
    return found


def _texts(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value}
    if isinstance(value, Mapping):
        return {text for each in value.values() for text in _texts(each)}
    return {text for each in value for text in _texts(each)} if isinstance(value, list) else set()
