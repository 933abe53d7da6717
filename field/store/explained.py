"""Figures of one establishment opened down to their evidence: what is owed, and every worker and month.

What stands behind a figure is worked out again from the records when somebody asks; kept are only the sums.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec
from sqlalchemy import Connection

from field.inspections.masking import hide_cnics
from field.recovery import explain, figures, shares, worker_months
from field.recovery.book import Book
from field.recovery.explain import Said
from field.recovery.figures import Behind, PhotoKept
from field.recovery.money import to_json
from field.recovery.phrases import TABLES, Language
from field.recovery.statute import RateRow, Statute
from field.recovery.worker_months import WorkerMonth
from field.store import assessments, owed, report_facts, rows, statute
from field.store.assessments import Kept
from field.store.engine import Store
from field.store.flags import Rupees
from field.sync.merge import Record

ENTRIES_MAX = 5000


class Step(msgspec.Struct, frozen=True):
    """One sentence of an explanation. `number` is its place: 2.1.3 is a part of 2.1.

    The ids beside it are what it rests on, to be opened: wage lines, dated rows, reports, photos, payments.
    """

    number: str
    phrase: str
    sentence: str
    amount_rs: Rupees | None
    line_ids: tuple[str, ...]
    rate_row_ids: tuple[str, ...]
    reports: tuple[str, ...]
    photos: tuple[str, ...]
    payments: tuple[str, ...]


class Explained(msgspec.Struct, frozen=True):
    """What is owed on a day in words, from the whole to its parts. `statute`: the dated rows named in it."""

    establishment: str
    day: date
    language: Language
    right_to_left: bool
    owed_rs: Rupees
    provisional: bool
    steps: tuple[Step, ...]
    statute: tuple[RateRow, ...]


class EntryExplained(msgspec.Struct, frozen=True):
    """One worker in one month, as the report that counts for the month has them (`WorkerMonth`)."""

    report: str
    line: str
    month: str
    wage_rs: int
    days: int | None
    by_day: bool
    registered: bool | None
    declared_wage_rs: int | None
    covered: bool
    base_rs: Rupees
    cap_rs: Rupees | None
    percent: str
    whole_rs: Rupees
    declared_rs: Rupees | None
    principal_rs: Rupees
    codes: tuple[str, ...]
    amounts_rs: tuple[Rupees, ...]
    unpaid: bool
    rate_row_ids: tuple[str, ...]
    disputed: bool


class Entries(msgspec.Struct, frozen=True):
    """Every worker and month behind an establishment's figures; `left_out` counts those beyond 5,000."""

    establishment: str
    entries: tuple[EntryExplained, ...]
    left_out: int


def owed_in_words(
    store: Store,
    tx: Connection,
    establishment: str,
    districts: Sequence[str] | None,
    day: date,
    language: Language,
) -> Explained:
    """What is owed on a day, explained. Raises Problem not-found where there is nothing to be seen."""
    owed.may_see(tx, establishment, districts)
    kept = assessments.kept(tx, establishment)
    law = statute.load(tx)
    held = owed.of(tx, establishment, kept, law, day)
    return _explained(establishment, held, behind(store, tx, kept, held, law), language)


def _explained(establishment: str, held: Book, known: Mapping[str, Behind], language: Language) -> Explained:
    return Explained(
        establishment=establishment,
        day=held.ledger.day,
        language=language,
        right_to_left=TABLES[language].right_to_left,
        owed_rs=to_json(held.ledger.open_rs),
        provisional=held.provisional,
        steps=steps(explain.explain(figures.of_book(held, known), language)),
        statute=held.rows,
    )


def steps(said: Iterable[Said]) -> tuple[Step, ...]:
    """Sentences as they travel."""
    return tuple(
        Step(
            number=each.number,
            phrase=each.phrase,
            sentence=each.sentence,
            amount_rs=None if each.amount_rs is None else to_json(each.amount_rs),
            line_ids=each.evidence.line_ids,
            rate_row_ids=each.evidence.row_ids,
            reports=each.evidence.report_ids,
            photos=each.evidence.photo_ids,
            payments=each.evidence.payment_ids,
        )
        for each in said
    )


def behind(store: Store, tx: Connection, kept: Iterable[Kept], held: Book, law: Statute) -> dict[str, Behind]:
    """The reports that count for a month of the book, with their lines by the law of today, and photos."""
    counting = {month.report_id for month in held.months}
    return reports(store, tx, [each for each in kept if each.report in counting], law)


def reports(store: Store, tx: Connection, kept: Sequence[Kept], law: Statute) -> dict[str, Behind]:
    """What is behind some reports, by id: their lines by the dated rows given, and their photos."""
    visits = sorted({each.visit for each in kept})
    wanted = {each.report for each in kept}
    records, _ = rows.load(store, tx, visits, by_root=True, bare=True)
    by_visit: dict[str, dict[str, Record]] = {visit: {} for visit in visits}
    photos: dict[str, list[PhotoKept]] = {}
    for record in records.values():
        by_visit[record.root][record.id] = record
        if record.kind == "photo" and not rows.is_out(record):
            photos.setdefault(record.parent or "", []).append(PhotoKept(record.id, _caption(record)))
    found: dict[str, Behind] = {}
    for visit, own in by_visit.items():
        for report, facts, _ in report_facts.facts_of(own, visit):
            if report.id in wanted:
                shown = sorted(photos.get(report.id, []), key=lambda photo: photo.id)
                found[report.id] = Behind(shares.survey(facts, law), tuple(shown))
    return found


def _caption(photo: Record) -> str:
    """What a photo is of, in the inspector's words; else its id, by which it is found."""
    said = photo.values.get("purpose") or photo.values.get("caption")
    return f"{hide_cnics(said)} ({photo.id})" if said else photo.id


def entries(
    store: Store, tx: Connection, establishment: str, districts: Sequence[str] | None, month: str | None
) -> Entries:
    """Every worker and month behind the figures, or those of a month, by month and line.

    Raises Problem not-found where there is nothing to be seen.
    """
    owed.may_see(tx, establishment, districts)
    kept = assessments.kept(tx, establishment)
    counts = owed.counting(kept)
    asked = [each for each in kept if each.report in counts.values()]
    known = reports(store, tx, asked, statute.load(tx))
    found = [
        _entry(report, each)
        for report, one in known.items()
        for each in worker_months.of(one.survey)
        if counts.get(each.month) == report and month in (None, each.month)
    ]
    found.sort(key=lambda entry: (entry.month, entry.line))
    return Entries(establishment, tuple(found[:ENTRIES_MAX]), max(len(found) - ENTRIES_MAX, 0))


def _entry(report: str, each: WorkerMonth) -> EntryExplained:
    return EntryExplained(
        report=report,
        line=each.line_id,
        month=each.month,
        wage_rs=each.wage_rs,
        days=each.days,
        by_day=each.by_day,
        registered=each.registered,
        declared_wage_rs=each.declared_wage_rs,
        covered=each.covered,
        base_rs=to_json(each.base_rs),
        cap_rs=None if each.cap_rs is None else to_json(each.cap_rs),
        percent=each.percent,
        whole_rs=to_json(each.whole_rs),
        declared_rs=None if each.declared_rs is None else to_json(each.declared_rs),
        principal_rs=to_json(each.principal_rs),
        codes=each.codes,
        amounts_rs=tuple(to_json(amount) for amount in each.amounts_rs),
        unpaid=each.unpaid,
        rate_row_ids=each.rate_row_ids,
        disputed=each.disputed,
    )
