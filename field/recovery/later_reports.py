"""What was found once and looked at again at a later visit: when that lifts a finding, and in which words.

Which findings a later look can answer is data of the rule (`Rule.answered_by_later`). Nothing goes silently:
whoever was there later must have looked at the same thing, and what is lifted is told with both days.
"""

from collections.abc import Iterable, Sequence

import msgspec

from field.recovery.exposure import Facts, ReportFound
from field.recovery.findings import Finding
from field.recovery.register_checks import HEADCOUNT
from field.recovery.rulebook import Rule, Rulebook


class Lifted(msgspec.Struct, frozen=True):
    """What later reports took back under a rule: a sentence for each finding, and the reports to open."""

    sentences: tuple[str, ...] = ()
    record_ids: tuple[str, ...] = ()


NOTHING = Lifted()


def answer(rule: Rule, report: ReportFound, finding: Finding, facts: Facts) -> ReportFound | None:
    """The first report of a later visit that looked at a report's finding again and did not find it."""
    if not rule.is_answered_by_later(finding.code):
        return None
    looked = (
        later
        for later in _later(report, facts.reports)
        if finding.code in later.looked or _has_months(later, finding)
    )
    return next((later for later in looked if not _finds(later, finding)), None)


def refusal_answer(rule: Rule, report: ReportFound, code: str, facts: Facts) -> ReportFound | None:
    """The first report of a later visit to which was shown what this one was refused."""
    if not rule.is_answered_by_later(code):
        return None
    return next((later for later in _later(report, facts.reports) if code in later.looked), None)


def _later(report: ReportFound, reports: Iterable[ReportFound]) -> Sequence[ReportFound]:
    known = [
        each
        for each in reports
        if each.captured_ms > report.captured_ms and each.assessment.visit_id != report.assessment.visit_id
    ]
    return sorted(known, key=lambda each: (each.captured_ms, each.assessment.report_id))


def _has_months(later: ReportFound, finding: Finding) -> bool:
    """Whether a report has wage lines of every month that a finding about the register is of."""
    monthly = bool(finding.months) and finding.code not in HEADCOUNT
    return monthly and set(finding.months) <= set(later.line_months)


def _finds(later: ReportFound, finding: Finding) -> bool:
    """Whether a report finds the same: of one of the months, where it belongs to months."""
    same = [each for each in later.findings if each.code == finding.code]
    if finding.code in HEADCOUNT or not finding.months:
        return bool(same)
    return any(not each.months or set(each.months) & set(finding.months) for each in same)


def lifted(facts: Facts, book: Rulebook) -> dict[str, Lifted]:
    """By rule, what was found once and answered by a later report."""
    found: dict[str, Lifted] = {}
    for report in sorted(facts.reports, key=lambda each: (each.captured_ms, each.assessment.report_id)):
        told = [(book.rule_of("finding", each.code), each.sentence, each) for each in report.findings]
        for rule, sentence, finding in told:
            if rule is not None and (later := answer(rule, report, finding, facts)) is not None:
                found[rule.id] = _more(found.get(rule.id, NOTHING), report, sentence, later)
        for reason in report.assessment.reasons:
            rule = book.rule_of("reason", reason.code)
            if rule is None or reason.months:
                continue
            if (later := refusal_answer(rule, report, reason.code, facts)) is not None:
                found[rule.id] = _more(found.get(rule.id, NOTHING), report, reason.sentence, later)
    return found


def _more(known: Lifted, report: ReportFound, sentence: str, later: ReportFound) -> Lifted:
    told = (
        f"Found on {report.made_on.isoformat()}: “{sentence}” The report of {later.made_on.isoformat()} "
        "looked at it again and found it no more."
    )
    ids = (report.assessment.report_id, later.assessment.report_id)
    return Lifted(
        tuple(dict.fromkeys((*known.sentences, told))), tuple(dict.fromkeys((*known.record_ids, *ids)))
    )
