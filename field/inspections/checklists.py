"""Checklists: what an inspector is asked, as data, versioned and dated, in English, Urdu and Sindhi.

The words are XLSForm's (label, hint, required, relevant, constraint). docs/checklists.md is for authors.
`field.inspections.checklist_faults` says what is wrong with one, `field.inspections.judging` what answers
come to. An answer may raise a finding that names the section violated; where the text of the law was not
read, it is marked as not confirmed and its section says so.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property
from importlib import resources
from typing import Literal

import msgspec

from field.inspections import checklist_faults, conditions
from field.problems import Problem

LANGUAGES = ("en", "ur", "sd")
"""English, Urdu, Sindhi: a checklist has every text in each."""

QuestionType = Literal[
    "group",
    "repeat",
    "note",
    "text",
    "integer",
    "decimal",
    "date",
    "select_one",
    "select_multiple",
    "signature",
    "photo",
]
"""What kind of answer is asked for; a repeat is a group that is answered any number of times."""

Sure = Literal["certain", "likely", "possible"]
"""As a finding says it (`field.recovery.findings`): how sure it is."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in every language. Empty only where a fault says so."""

    en: str = ""
    ur: str = ""
    sd: str = ""


class Choice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One possible answer: `name` is what is kept, `label` what is shown."""

    name: str
    label: Words


class FindingRule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A finding that is raised where `when` is true of relevant answers.

    On a question it needs an answer, on a note or a group it does not. `section` is the provision violated;
    `confirmed` is False where its text was not read. The sentence holds no personal value.
    """

    when: str
    code: str
    sentence: Words
    section: str
    sure: Sure = "likely"
    confirmed: bool = False


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A question, or a group or repeat of those that name it as their `group`.

    `required`, `relevant` and `constraint` are expressions (`field.inspections.conditions`), "" for none;
    `required` may be just "true". `fills` names the field of the report that this answer is
    (`field.inspections.checklist_fills`); then no answer of its own is kept. `confidential`: what is said
    here, or below this group, is never handed to the employer.
    """

    name: str
    type: QuestionType
    label: Words
    hint: Words | None = None
    group: str = ""
    choices: str = ""
    required: str = ""
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words | None = None
    personal: bool = False
    confidential: bool = False
    fills: str = ""
    findings: tuple[FindingRule, ...] = ()


class Checklist(  # dict: keeps what judging asks for again and again
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True
):
    """One version of a checklist, to be used from `valid_from` up to but without `valid_to`.

    A version never changes once a report was captured by it. `confirmed` is False where the institution has
    not confirmed it; then `note` says what is in doubt.
    """

    id: str
    version: int
    valid_from: date
    valid_to: date | None = None
    title: Words
    legal_basis: str
    confirmed: bool = False
    note: str = ""
    choices: Mapping[str, tuple[Choice, ...]] = {}
    questions: tuple[Question, ...]

    @property
    def name(self) -> str:
        """How a report names the version it was captured by: "full-inspection@1"."""
        return f"{self.id}@{self.version}"

    @cached_property
    def by_name(self) -> Mapping[str, Question]:
        """The questions by their names."""
        return {each.name: each for each in self.questions}

    @cached_property
    def repeats(self) -> Mapping[str, str]:
        """The repeat in which each question stands, "" for none."""
        known = {each.name for each in self.questions if each.type == "repeat"}
        return {each.name: each.group if each.group in known else "" for each in self.questions}

    @cached_property
    def kept_from_employer(self) -> frozenset[str]:
        """The questions whose answers never reach the employer.

        Those that are marked, or stand in a group that is; what is only asked because of such an answer; and
        to be safe all that is asked of a person: what is personal, and every question of a repeat in which
        something personal is asked.
        """
        people = {self.repeats[each.name] for each in self.questions if each.personal} - {""}
        kept = {each.name for each in self.questions if each.confidential or each.personal} | people
        while more := {each.name for each in self.questions if self._follows(each, kept)} - kept:
            kept |= more
        return frozenset(kept)

    def _follows(self, question: Question, kept: set[str]) -> bool:
        """Whether a question stands in one of some, or is asked because of one."""
        asked = conditions.parse(question.relevant).uses if question.relevant else ()
        return question.group in kept or any(use.name in kept for use in asked)

    @cached_property
    def choice_names(self) -> Mapping[str, frozenset[str]]:
        """The names of the choices in each list."""
        return {name: frozenset(each.name for each in listed) for name, listed in self.choices.items()}

    @cached_property
    def relevance_order(self) -> tuple[str, ...]:
        """The questions so that each comes after all on whose relevance its own depends.

        Raises ValueError where relevance runs in a circle.
        """
        return tuple(checklist_faults.relevance_order(self))

    def question(self, name: str) -> Question:
        """The question of a name. Raises KeyError."""
        return self.by_name[name]

    def repeat_of(self, question: Question) -> str:
        """The repeat in which a question stands, "" for none."""
        return self.repeats[question.name]


def read(source: bytes) -> Checklist:
    """A checklist in JSON. Raises Problem("bad-request") whose `remarks` name every fault."""
    try:
        checklist = msgspec.json.decode(source, type=Checklist)
    except msgspec.DecodeError as reason:
        raise Problem("bad-request", f"The checklist cannot be read: {reason}.") from None
    return valid(checklist)


def valid(checklist: Checklist) -> Checklist:
    """The same checklist, if it can be used. Raises Problem("bad-request") whose `remarks` name every
    fault."""
    faults = checklist_faults.faults(checklist)
    if faults:
        remarks = [str(each) for each in faults]
        more = f" There are {len(faults) - 1} more faults." if len(faults) > 1 else ""
        raise Problem(
            "bad-request",
            f"The checklist {checklist.name} cannot be used. {remarks[0]}{more}",
            remarks=remarks,
        )
    return checklist


def write(checklist: Checklist) -> bytes:
    """A checklist as JSON, as `read` takes it."""
    return msgspec.json.format(msgspec.json.encode(checklist), indent=1) + b"\n"


@cache
def shipped() -> tuple[Checklist, ...]:
    """The checklists that come with the product, by id and version."""
    folder = resources.files("field.inspections").joinpath("shipped_checklists")
    found = [read(file.read_bytes()) for file in folder.iterdir() if file.name.endswith(".json")]
    return tuple(sorted(found, key=lambda each: (each.id, each.version)))
