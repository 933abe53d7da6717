"""The rules by which employers are flagged, as data: what each looks at, how grave it is, from what size on.

`rules.json` is what is shipped; an office switches rules off, moves their thresholds and weights, and every
version is kept. No threshold stands in the code: a dated setting says it, with a note why.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from field.problems import Problem
from field.recovery.findings import Sure

Severity = Literal["high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "low")
SURE: tuple[Sure, ...] = ("certain", "likely", "possible")

LooksAt = Literal["reason", "finding", "account"]
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "declared-not-paid": ("days_after_due",),
    "paid-less-than-declared": ("days_after_due", "amount_rs"),
    "contribution-under-law": ("amount_rs",),
    "rest-not-paid": ("days_after_due", "amount_rs"),
    "no-schedule": ("months",),
    "never-a-schedule": ("months",),
    "cheque-dishonoured": ("months",),
}
"""What can be seen in an account, and the thresholds that each condition needs."""


class Words(msgspec.Struct, frozen=True):
    """A title in the two languages of the office."""

    en: str
    ur: str


class Threshold(msgspec.Struct, frozen=True, kw_only=True):
    """A size from which on a rule speaks, and from which day on; the one that began last counts."""

    name: str
    value: str
    unit: str
    valid_from: date
    note: str


class Rule(msgspec.Struct, frozen=True, kw_only=True, tag="rule", tag_field="what"):
    """When an employer is flagged.

    `codes` are those of an assessment's reasons or of findings (`*` stands for any ending), or one condition
    of `CONDITIONS`. A finding that two rules name is judged by the first. `order`: of two rules that are as
    sure, the money of a month stands with the lower one. `lifted_by_payment`: the flag goes once the money of
    its months is paid; otherwise only when the facts themselves are no longer so. `sure` is how sure it is;
    a finding brings its own. `section`: the provision, "" where it was not read. `answered_by_later`: codes
    of which a report of a later visit that looked at the same thing, and did not find it, lifts what was
    found before; what describes the past, and no later look can change, is not among them.
    """

    id: str
    looks_at: LooksAt
    codes: tuple[str, ...]
    title: Words
    severity: Severity
    order: int
    sure: Sure = "certain"
    section: str = ""
    section_confirmed: bool = False
    thresholds: tuple[Threshold, ...] = ()
    lifted_by_payment: bool = False
    answered_by_later: tuple[str, ...] = ()
    on: bool = True
    note: str = ""

    def names(self, code: str) -> bool:
        """Whether a reason's or finding's code is one of this rule's."""
        return any(fnmatchcase(code, each) for each in self.codes)

    def is_answered_by_later(self, code: str) -> bool:
        """Whether a later report can lift a reason or finding with this code."""
        return any(fnmatchcase(code, each) for each in self.answered_by_later)

    def threshold(self, name: str, day: date) -> Decimal:
        """The size that counts on a day. Raises Problem("not-found") where none has begun yet."""
        known = [each for each in self.thresholds if each.name == name and each.valid_from <= day]
        if not known:
            raise Problem("not-found", f"The rule {self.id} has no threshold {name} for {day.isoformat()}.")
        return Decimal(max(known, key=lambda each: each.valid_from).value)


class Weight(msgspec.Struct, frozen=True, kw_only=True, tag="weight", tag_field="what"):
    """How much of what is open is expected where a flag is as sure as this, in percent."""

    id: str
    sure: Sure
    percent: str
    note: str


Entry = Rule | Weight


class Rulebook:
    """All rules and weights together. Immutable; a change gives a new one (`amended`).

    Raises Problem("bad-request") for entries that cannot be used, naming each.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries: tuple[Entry, ...] = tuple(sorted(entries, key=lambda each: each.id))
        faults = [f"{each.id}: {fault}" for each in self.entries for fault in _faults(each)]
        faults += _doubled(self.entries)
        self.weights: Mapping[Sure, Decimal] = {
            each.sure: Decimal(each.percent)
            for each in self.entries
            if isinstance(each, Weight) and not [*_faults(each)]
        }
        faults += [f"There is no weight for {sure}." for sure in SURE if sure not in self.weights]
        if faults:
            raise Problem("bad-request", f"The rules of flagging cannot be used. {faults[0]}", remarks=faults)
        rules = [each for each in self.entries if isinstance(each, Rule)]
        self.rules: tuple[Rule, ...] = tuple(
            sorted(rules, key=lambda rule: (SURE.index(rule.sure), rule.order, rule.id))
        )
        """The surest first."""
        self.by_id: Mapping[str, Rule] = {rule.id: rule for rule in self.rules}

    def amended(self, *entries: Entry) -> "Rulebook":
        """This book with entries added, each in place of the one with its id."""
        return Rulebook({each.id: each for each in (*self.entries, *entries)}.values())

    def rule_of(self, looks_at: LooksAt, code: str) -> Rule | None:
        """The rule that judges a reason or finding, also one that is off; the lowest order first."""
        by_order = sorted(self.rules, key=lambda rule: (rule.order, rule.id))
        return next((rule for rule in by_order if rule.looks_at == looks_at and rule.names(code)), None)


def read(source: bytes) -> tuple[Entry, ...]:
    """The entries of a JSON list. Raises Problem("bad-request") naming what is wrong with it."""
    try:
        entries = msgspec.json.decode(source, type=list[_StrictRule | _StrictWeight])
    except msgspec.DecodeError as reason:
        raise Problem("bad-request", f"The rules of flagging cannot be read: {reason}.") from None
    return tuple(entries)


@cache
def shipped() -> Rulebook:
    """The rules that come with the product."""
    return Rulebook(read(resources.files("field.recovery").joinpath("rules.json").read_bytes()))


class _StrictThreshold(Threshold, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A misspelt field would be a lost threshold: it is refused."""


class _StrictRule(Rule, frozen=True, kw_only=True, tag="rule", tag_field="what", forbid_unknown_fields=True):
    thresholds: tuple[_StrictThreshold, ...] = ()


class _StrictWeight(
    Weight, frozen=True, kw_only=True, tag="weight", tag_field="what", forbid_unknown_fields=True
):
    """A misspelt field is refused here too."""


def _faults(entry: Entry) -> Iterable[str]:
    """What is wrong with an entry by itself."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.id):
        yield "an id is words of small letters with hyphens between them."
    if isinstance(entry, Weight):
        if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", entry.percent) or Decimal(entry.percent) > 100:
            yield f"a weight is a percentage from 0 to 100, not {entry.percent!r}."
        if not entry.note.strip():
            yield "its note must say where the weight comes from."
        return
    if not entry.codes or not entry.title.en.strip() or not entry.title.ur.strip():
        yield "it needs codes, and a title in English and Urdu."
    if entry.looks_at == "account":
        yield from _account_faults(entry)
    if not entry.section_confirmed and not entry.note.strip():
        yield "its section is not confirmed: its note must say what is in doubt."
    for each in entry.thresholds:
        if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", each.value):
            yield f"the threshold {each.name} must be a number as in 30, not {each.value!r}."
        if not each.note.strip():
            yield f"the threshold {each.name} needs a note that says where it comes from."


def _account_faults(rule: Rule) -> Iterable[str]:
    if len(rule.codes) != 1 or rule.codes[0] not in CONDITIONS:
        yield f"it looks at the account, so its one code must be one of {', '.join(CONDITIONS)}."
        return
    named = {each.name for each in rule.thresholds}
    for name in CONDITIONS[rule.codes[0]]:
        if name not in named:
            yield f"it needs a threshold called {name}."


def _doubled(entries: Iterable[Entry]) -> Iterable[str]:
    ids: set[str] = set()
    weights: set[str] = set()
    for each in entries:
        if each.id in ids:
            yield f"{each.id}: two entries have this id."
        ids.add(each.id)
        if isinstance(each, Weight):
            if each.sure in weights:
                yield f"{each.id}: there is another weight for {each.sure}."
            weights.add(each.sure)
