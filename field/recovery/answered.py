"""What the answers of a report come to by its checklist: findings with their evidence, and remarks.

A required question without an answer, an answer that cannot be, two that differ: each is a remark for a
person to look at, never a reason to refuse the report.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from field.inspections import checklist_fills
from field.inspections.checklists import Checklist
from field.inspections.judging import Answer, Judgement, Raised, Verdict, judge
from field.recovery.findings import Finding
from field.recovery.wording import count, names

NAMED_MAX = 10
"""Questions that one remark names; it counts the rest."""


class GivenAnswer(msgspec.Struct, frozen=True):
    """An answer with its record's id. `readable`: False where a personal value was erased since."""

    id: str
    answer: Answer
    readable: bool = True
    disputed: bool = False


class Answered(msgspec.Struct, frozen=True):
    """What the answers come to. `looked`: the codes of findings that an answer could have raised."""

    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    looked: tuple[str, ...] = ()


def answered(
    named: str | None,
    checklist: Checklist | None,
    report_id: str,
    report: Mapping[str, Any],
    given: Sequence[GivenAnswer],
    day: str,
) -> Answered:
    """Judge the answers of a report, in the order of their capture.

    `named` is the version that the report names, `checklist` that version where it is known, `report` the
    report's own values, personal ones in clear, and `day` the date on which it was captured: an answer is
    judged by the day on which it was given, however late.
    """
    if not named:
        return Answered(remarks=(_without(given),)) if given else Answered()
    if checklist is None:
        return Answered(remarks=(unknown_version(named),))
    found = judged(checklist, report, given, day)
    findings = tuple(_finding(each, report_id, given) for each in found.findings)
    return Answered(
        findings, tuple(_remarks(checklist, found, given)), _looked(checklist, found, report, given)
    )


def judged(
    checklist: Checklist, report: Mapping[str, Any], given: Sequence[GivenAnswer], day: str
) -> Judgement:
    """The verdicts on every question, those included that the report's own fields answer."""
    filled = checklist_fills.from_report(checklist, report)
    own = [Answer(question, value) for question, value in filled.items()]
    return judge(checklist, [*own, *(each.answer for each in given)], day)


def _looked(
    checklist: Checklist, found: Judgement, report: Mapping[str, Any], given: Sequence[GivenAnswer]
) -> tuple[str, ...]:
    """What questions about the whole unit were asked and answered: nothing unread, wrong or disputed.

    An item of a repeat is somebody or something by itself: another one at a later visit says nothing of it.
    """
    filled = checklist_fills.from_report(checklist, report)
    told = {name for name, value in filled.items() if value is not None}
    told |= {each.answer.question for each in given if each.answer.value is not None}
    told -= {each.answer.question for each in given if each.disputed or not each.readable}
    asked = [each for each in found.verdicts if each.item is None and each.relevant and not each.fault]
    return tuple(
        rule.code
        for verdict in asked
        if verdict.question in told
        for rule in checklist.question(verdict.question).findings
    )


def _finding(raised: Raised, report_id: str, given: Sequence[GivenAnswer]) -> Finding:
    evidence = [
        each.id
        for each in given
        if (each.answer.question, each.answer.item) == (raised.question, raised.item)
    ]
    return Finding(
        code=raised.code,
        sentence=raised.sentence.en,
        sure=raised.sure,
        section=raised.section,
        record_ids=(report_id, *evidence),
    )


def _remarks(checklist: Checklist, found: Judgement, given: Sequence[GivenAnswer]) -> list[str]:
    missing = _labels(checklist, [each for each in found.verdicts if each.missing])
    remarks = []
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        asked = f"{count(len(missing), 'required question')} of the checklist {checklist.name}"
        remarks.append(f"{asked} {verb} not answered: {names(missing, NAMED_MAX)}.")
    erased = {(each.answer.question, each.answer.item) for each in given if not each.readable}
    faulty = [each for each in found.verdicts if each.fault and (each.question, each.item) not in erased]
    remarks += [_fault(checklist, each) for each in faulty]
    if found.unknown:
        remarks.append(
            f"The checklist {checklist.name} does not ask {names(found.unknown, NAMED_MAX)}: "
            "these answers are kept and not judged."
        )
    disputed = [each.answer.question for each in given if each.disputed]
    if disputed:
        remarks.append(
            f"{count(len(disputed), 'answer')} in dispute: {names(disputed, NAMED_MAX)}. "
            "The earliest counts until the supervisor decides."
        )
    return remarks


def _labels(checklist: Checklist, verdicts: Sequence[Verdict]) -> list[str]:
    return [f"“{checklist.question(each.question).label.en}”" for each in verdicts]


def _fault(checklist: Checklist, verdict: Verdict) -> str:
    question = checklist.question(verdict.question)
    label = f"“{question.label.en}”"
    if verdict.fault == "twice":
        return f"{label} was answered twice, and differently. The later answer counts; both are kept."
    message = question.constraint_message
    why = message.en if verdict.fault == "constraint" and message else "it does not fit the question."
    return f"The answer to {label} cannot be: {why}"


def _without(given: Sequence[GivenAnswer]) -> str:
    answers = f"{count(len(given), 'answer')} to a checklist"
    return f"{answers}, but the report names none: they are kept and not judged."


def unknown_version(named: str) -> str:
    """The remark about a report whose version of a checklist is not here."""
    return (
        f"The report was captured by the checklist {named}, which is not on this server: its answers are "
        "kept and not judged. Put that version in force with `field checklist import`."
    )
