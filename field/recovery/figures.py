"""What an establishment owes as a figure that opens: months, workers who are alike, delay, payments."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import msgspec

from field.recovery.book import Book, MonthBooked, Received, Remark
from field.recovery.explain import Count, Evidence, Figure, Months, Value, row_figure, rows_figure
from field.recovery.ledger import Allocated, Charge, LateLaw, Ledger, MonthState, Payment
from field.recovery.matching import MonthMatched
from field.recovery.money import ZERO, percent_of
from field.recovery.shares import Share, Survey, Weighed


class PhotoKept(msgspec.Struct, frozen=True):
    """A photo of a report: its id, and what it is said to show."""

    id: str
    caption: str


class Behind(msgspec.Struct, frozen=True):
    """A report behind a figure: its lines by the law of their months, and its photos."""

    survey: Survey
    photos: tuple[PhotoKept, ...] = ()


def of_book(book: Book, behind: Mapping[str, Behind]) -> Figure:
    """What is owed on the day, opened down to wage lines, dated rows and photos.

    `behind` has each report that counts for a month, by id. The amounts of the parts of the principal and of
    the increase add up to them exactly.
    """
    settled = book.ledger
    in_doubt = [row for row in book.rows if not row.confirmed]
    parts = [
        _principal(book, behind),
        _increase(book),
        _received(book),
        *([_credit(settled.credit_rs)] if settled.credit_rs else []),
        *_doubts(book.remarks, settled.day, len(in_doubt)),
        *([rows_figure(book.rows)] if book.rows else []),
    ]
    return Figure(
        phrase="owed",
        values={
            "day": settled.day,
            "owed": settled.open_rs,
            "principal": settled.principal_rs,
            "increase": settled.increase_rs,
            "received": settled.received_rs,
        },
        amount_rs=settled.open_rs,
        parts=tuple(parts),
    )


def _principal(book: Book, behind: Mapping[str, Behind]) -> Figure:
    settled = book.ledger
    lines = _by_month(behind)
    states = zip(settled.months, book.months, strict=True)
    return Figure(
        phrase="principal",
        values={
            "months": Months(tuple(state.month for state in settled.months)),
            "amount": settled.principal_rs,
        },
        amount_rs=settled.principal_rs,
        parts=tuple(_month(state, booked, behind, lines) for state, booked in states),
    )


def _by_month(behind: Mapping[str, Behind]) -> dict[tuple[str, str], list[Weighed]]:
    """The lines of each report and month."""
    found: dict[tuple[str, str], list[Weighed]] = {}
    for report, each in behind.items():
        for weighed in each.survey.weighed:
            found.setdefault((report, weighed.line.month), []).append(weighed)
    return found


def _month(
    state: MonthState,
    booked: MonthBooked,
    behind: Mapping[str, Behind],
    lines: Mapping[tuple[str, str], list[Weighed]],
) -> Figure:
    report = booked.report_id or ""
    parts = [_proof(booked, lines.get((report, state.month), []))]
    if booked.matched is not None and booked.matched.both + booked.matched.register_only:
        parts.append(_matched(booked.matched))
    if booked.taken_as_paid_rs:
        parts.append(Figure(phrase="taken_as_paid", values={"amount": booked.taken_as_paid_rs}))
    own = len(lines.get((report, state.month), []))
    if own or (report in behind and behind[report].photos):
        parts.append(_report(report, behind[report], own))
    return Figure(
        phrase="month",
        values={
            "month": state.month,
            "amount": state.principal_rs,
            "due_on": state.due_on,
            "open": state.open_rs,
        },
        amount_rs=state.principal_rs,
        evidence=Evidence(row_ids=booked.row_ids),
        parts=tuple(parts),
    )


def _proof(booked: MonthBooked, lines: Sequence[Weighed]) -> Figure:
    amount = booked.principal_rs + booked.taken_as_paid_rs
    as_paid = booked.proof in ("found-beyond", "schedule-and-beyond")
    values: dict[str, Value] = {"amount": amount}
    if booked.proof == "schedule":
        values |= {"version": booked.version or 0, "workers": Count(booked.workers or 0, "worker")}
    elif booked.proof == "schedule-and-beyond":
        values |= {"declared": booked.then_rs or ZERO, "beyond": booked.beyond_rs or ZERO}
    elif booked.proof == "register":
        values |= {"declared": booked.declared_rs or ZERO}
    return Figure(
        phrase=f"proof_{booked.proof.replace('-', '_')}",
        values=values,
        amount_rs=amount,
        evidence=Evidence(report_ids=(booked.report_id,) if booked.report_id else ()),
        parts=_daily(booked) if booked.proof == "schedule" else groups(lines, paid=as_paid),
    )


def _daily(booked: MonthBooked) -> tuple[Figure, ...]:
    """That a schedule has workers who are paid by the day."""
    if not booked.by_day:
        return ()
    return (Figure(phrase="schedule_by_day", values={"workers": Count(booked.by_day, "worker")}),)


def _matched(held: MonthMatched) -> Figure:
    counts = ("both", "schedule_only", "register_only")
    values: dict[str, Value] = {name: Count(getattr(held, name), "worker") for name in counts}
    return Figure(phrase="matched", values={**values, "unknown": Count(held.unknown, "line")})


def _report(report: str, behind: Behind, lines: int) -> Figure:
    photos = tuple(photo.id for photo in behind.photos)
    return Figure(
        phrase="report",
        values={"lines": Count(lines, "line"), "photos": Count(len(photos), "photo")},
        evidence=Evidence(report_ids=(report,), photo_ids=photos),
        parts=tuple(
            Figure(
                phrase="photo",
                values={"caption": photo.caption},
                evidence=Evidence(report_ids=(report,), photo_ids=(photo.id,)),
            )
            for photo in behind.photos
        ),
    )


def groups(lines: Iterable[Weighed], *, paid: bool) -> tuple[Figure, ...]:
    """Workers of a month who are alike, together: what is asked for each, and for all. Nobody is left out."""
    alike: dict[tuple[object, ...], list[Weighed]] = {}
    for each in lines:
        shares = each.shares(paid=paid)
        amounts = tuple((share.code, share.amount) for share in shares if share.amount)
        line = each.line
        # Where nothing is asked for, it does not matter by what wage.
        key = (
            (line.wage_rs, line.days, line.by_day, line.declared_wage_rs, amounts)
            if amounts
            else (each.whole is not None,)
        )
        alike.setdefault(key, []).append(each)
    ordered = sorted(alike.values(), key=lambda each: each[0].line.id)
    return tuple(figure for each in ordered for figure in _group(each, paid=paid))


def _group(alike: Sequence[Weighed], *, paid: bool) -> Iterable[Figure]:
    first = alike[0]
    ids = tuple([each.line.id for each in alike])
    disputed = tuple([each.line.id for each in alike if each.line.disputed])
    parts = (*_paid_by_day(first), *((_disputed(disputed),) if disputed else ()))
    asked = [share for share in first.shares(paid=paid) if share.amount]
    workers = Count(len(alike), "worker")
    if not asked:
        phrase = "group_nothing" if first.whole is not None else "group_not_covered"
        yield Figure(phrase=phrase, values={"workers": workers}, evidence=Evidence(line_ids=ids), parts=parts)
    for share in asked:
        amount = share.amount * len(alike)
        phrase, values = _said_of(share.code, share.amount, first)
        yield Figure(
            phrase=phrase,
            values={"workers": workers, "wage": Decimal(first.line.wage_rs), "amount": amount, **values},
            amount_rs=amount,
            evidence=Evidence(line_ids=ids, row_ids=_row_ids(share)),
            parts=parts,
        )


def _paid_by_day(weighed: Weighed) -> Iterable[Figure]:
    """Which limit holds for a wage that is agreed by the day."""
    whole = weighed.whole
    if not weighed.line.by_day or whole is None or whole.cap_rs is None:
        return
    if not weighed.line.days:
        yield Figure(phrase="group_by_day_unknown", values={"cap": whole.cap_rs})
        return
    values: dict[str, Value] = {"days": Count(weighed.line.days, "day"), "cap": whole.cap_rs}
    yield Figure(
        phrase="group_by_day",
        values=values,
        evidence=Evidence(row_ids=tuple({row.id: None for row in whole.rows})),
    )


def _disputed(ids: tuple[str, ...]) -> Figure:
    values: dict[str, Value] = {"lines": Count(len(ids), "line")}
    return Figure(phrase="group_disputed", values=values, evidence=Evidence(line_ids=ids))


def _row_ids(share: Share) -> tuple[str, ...]:
    return tuple({row.id: None for row in share.rows})


def _said_of(code: str, each_rs: Decimal, weighed: Weighed) -> tuple[str, dict[str, Value]]:
    whole, declared = weighed.whole, weighed.declared
    if whole is None or code == "wage-under-minimum":
        return "group_under_minimum", {}
    if code == "wage-under-declared" and declared is not None:
        return "group_declared", {
            "declared": declared.wage_rs,
            "each": whole.amount_rs,
            "said": declared.amount_rs,
        }
    of_wage: dict[str, Value] = {"percent": f"{weighed.law.rate.value} %", "each": each_rs}
    if code == "worker-not-registered":
        return "group_not_registered", {**of_wage, "base": whole.base_rs}
    if whole.base_rs < whole.wage_rs:
        return "group_capped", {**of_wage, "base": whole.base_rs}
    return "group", of_wage


def _increase(book: Book) -> Figure:
    settled = book.ledger
    paid: dict[str, list[Allocated]] = {}
    for part in settled.allocated:
        if part.part == "principal":
            paid.setdefault(part.month, []).append(part)
    return Figure(
        phrase="increase",
        values={"day": settled.day, "amount": settled.increase_rs},
        amount_rs=settled.increase_rs,
        parts=tuple(
            late_figure(state, charge, paid.get(state.month, []), settled.day)
            for state, charge in zip(settled.months, book.charges, strict=True)
            if state.increase_rs
        ),
    )


def late_figure(state: MonthState, charge: Charge, paid: Iterable[Allocated], day: date) -> Figure:
    """The increase of a month in the portions that were paid, or are not, on different days.

    It is rounded once for the month; of several portions the last takes the difference, so that they add up.
    """
    portions: dict[date, Decimal] = {}
    for part in paid:
        portions[part.on] = portions.get(part.on, ZERO) + part.amount_rs
    late = [
        (on, amount, (on - charge.due_on).days)
        for on, amount in sorted(portions.items())
        if on > charge.due_on
    ]
    left = state.principal_rs - state.principal_paid_rs
    open_too = left > 0 and state.days_late > 0
    parts, counted = [], ZERO
    for place, (on, amount, days) in enumerate(late, 1):
        last = place == len(late) and not open_too
        increase = state.increase_rs - counted if last else percent_of(amount, charge.late.percent(days))
        counted += increase
        parts.append(_late("late_paid", charge.late, on, amount, days, increase))
    if open_too:
        phrase = _late_phrase(charge.late, state.days_late)
        parts.append(_late(phrase, charge.late, day, left, state.days_late, state.increase_rs - counted))
    return Figure(
        phrase="month_increase",
        values={"month": state.month, "amount": state.increase_rs},
        amount_rs=state.increase_rs,
        evidence=Evidence(row_ids=state.row_ids),
        parts=tuple(parts),
    )


def _late_phrase(law: LateLaw, days: int) -> str:
    if law.days_max is None or days <= law.days_max.number:
        return "late_by_day"
    flat = law.flat_percent
    return "late_flat" if flat is not None and law.percent(days) == flat.number else "late_capped"


def _late(phrase: str, law: LateLaw, on: date, left: Decimal, days: int, increase: Decimal) -> Figure:
    values: dict[str, Value] = {
        "day": on,
        "days": Count(days, "day"),
        "percent": f"{law.percent(days).normalize():f} %",
        "left": left,
        "amount": increase,
    }
    if phrase == "late_by_day" and law.percent_day is not None:
        values["rate"] = f"{law.percent_day.value} %"
    if phrase in ("late_flat", "late_capped") and law.days_max is not None:
        values["most"] = Count(int(law.days_max.number), "day")
    return Figure(
        phrase=phrase,
        values=values,
        amount_rs=increase,
        evidence=Evidence(row_ids=tuple(row.id for row in law.rows)),
    )


def payments(settled: Ledger) -> tuple[Figure, ...]:
    """Every payment up to the day, also the dishonoured ones, and what those that stand have settled."""
    entered = (_payment(paid, settled.day) for paid in settled.payments)
    return (*entered, *(_settles(each) for each in settled.allocated))


def _received(book: Book) -> Figure:
    settled = book.ledger
    order = (row_figure(book.order),) if book.order else ()
    aside = (_aside(each) for each in book.set_aside)
    return Figure(
        phrase="received",
        values={"day": settled.day, "amount": settled.received_rs},
        amount_rs=settled.received_rs,
        parts=(*payments(settled), *aside, *order),
    )


def _payment(paid: Payment, day: date) -> Figure:
    values: dict[str, Value] = {"amount": paid.amount_rs, "day": paid.value_date}
    evidence = Evidence(payment_ids=(paid.id,))
    if paid.reversed_on is not None and not paid.stands_on(day):
        values["reversed"] = paid.reversed_on
        return Figure(phrase="payment_bounced", values=values, amount_rs=ZERO, evidence=evidence)
    return Figure(phrase="payment", values=values, amount_rs=paid.amount_rs, evidence=evidence)


def _aside(each: Received) -> Figure:
    paid = each.payment
    return Figure(
        phrase="payment_set_aside",
        values={"amount": paid.amount_rs, "day": paid.value_date, "months": Months(each.months)},
        evidence=Evidence(payment_ids=(paid.id,)),
    )


def _settles(part: Allocated) -> Figure:
    return Figure(
        phrase=f"settles_{part.part}", values={"day": part.on, "amount": part.amount_rs, "month": part.month}
    )


def _credit(amount: Decimal) -> Figure:
    return Figure(phrase="credit", values={"credit": amount}, amount_rs=amount)


def of_remark(remark: Remark, day: date) -> Figure:
    """Something to look at, as a figure that says it."""
    values: dict[str, Value] = {"months": Months(remark.months)}
    if remark.amount_rs is not None:
        values["amount"] = remark.amount_rs
    if remark.code == "month-not-over":
        values["day"] = day
    return Figure(
        phrase=f"doubt_{remark.code.replace('-', '_')}",
        values=values,
        evidence=Evidence(payment_ids=remark.payment_ids),
    )


def _doubts(remarks: Sequence[Remark], day: date, unconfirmed: int) -> Iterable[Figure]:
    parts = [of_remark(remark, day) for remark in remarks]
    if unconfirmed:
        parts.append(Figure(phrase="doubt_unconfirmed", values={"rows": Count(unconfirmed, "row")}))
    if parts:
        yield Figure(phrase="doubts", parts=tuple(parts))
