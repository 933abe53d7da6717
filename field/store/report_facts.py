"""What the reports of a visit found, as an assessment takes it, out of the visit's records."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from field.inspections.table_file import DIGITS
from field.recovery.facts import LineFacts, ReportFacts
from field.store.rows import is_out
from field.sync.merge import Record


def facts_of(records: Mapping[str, Record], visit: str) -> Iterator[tuple[Record, ReportFacts, int]]:
    """Each report of a visit, what it found, and how many of its wage lines say too little to be counted."""
    root = records.get(visit)
    if root is None or is_out(root):
        return
    lines: dict[str | None, list[Record]] = {}
    for each in records.values():
        if each.kind == "wage_line" and not is_out(each):
            lines.setdefault(each.parent, []).append(each)
    reports = sorted(id for id, record in records.items() if record.kind == "report" and not is_out(record))
    for report in reports:
        known = lines.get(report, [])
        whole = [line for line in known if _is_whole(line)]
        yield records[report], _facts(root, records[report], whole), len(known) - len(whole)


def _is_whole(line: Record) -> bool:
    """Whether a wage line says what it must; a value that was replaced by nothing leaves it without."""
    return line.values.get("month") is not None and line.values.get("wage_rs") is not None


def _facts(visit: Record, report: Record, lines: Iterable[Record]) -> ReportFacts:
    values = report.values
    headcount = values.get("headcount")
    kept = sorted(lines, key=lambda line: line.id)
    workers = _worker_keys(kept)
    return ReportFacts(
        report_id=report.id,
        establishment_id=visit.values["establishment"],
        visit_id=visit.id,
        months_checked=tuple(values.get("months_checked") or ()),
        months_paid=tuple(values.get("months_paid") or ()),
        records_refused=bool(values.get("records_refused")),
        headcount_total=None if headcount is None else headcount.get("total"),
        disputed_fields=tuple(report.disputed),
        lines=tuple(_line(line, workers[line.id]) for line in kept),
    )


def _line(line: Record, worker_key: str) -> LineFacts:
    values = line.values
    return LineFacts(
        id=line.id,
        month=values["month"],
        wage_rs=values["wage_rs"],
        days=values.get("days"),
        by_day=bool(values.get("by_day")),
        declared_wage_rs=values.get("declared_wage_rs"),
        registered=values.get("registered"),
        worker_key=worker_key,
        disputed=bool(line.disputed),
    )


def _worker_keys(lines: Sequence[Record]) -> dict[str, str]:
    """What tells the workers of a report apart, by line: nothing that names them, and kept nowhere.

    Each line has a salt of its own, so commitments cannot be compared; the values can. A name alone tells
    somebody apart only where no month has it twice.
    """
    known = {line.id: (_clear(line, "cnic"), _clear(line, "worker_name")) for line in lines}
    by_name = [(known[line.id][1], line.values["month"]) for line in lines if not known[line.id][0]]
    shared = {name for (name, _), number in Counter(by_name).items() if number > 1}
    keys = {}
    for id, (cnic, name) in known.items():
        text = f"cnic {cnic}" if cnic else f"name {name}" if name and name not in shared else ""
        keys[id] = hashlib.sha256(text.encode()).hexdigest() if text else ""
    return keys


def _clear(line: Record, name: str) -> str:
    """A personal value as it is compared: without marks, in our digits, whichever a keyboard wrote."""
    opened = line.private.get(line.values.get(name) or "")
    return "" if opened is None else "".join(filter(str.isalnum, opened[1].translate(DIGITS).casefold()))
