"""`field assess`: what is owed for some workers at one wage over some months, worked out by the dated law."""

from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from field.cli.output import Output
    from field.recovery.calculator import Worked
    from field.recovery.explain import Said
    from field.recovery.ledger import Payment
    from field.recovery.phrases import Language

EXAMPLE = (
    "Example: field assess --workers 268 --wage 6000 --from 2004-07 --to 2005-04 --paid-on 2005-06-30 "
    "--due 15 --explain"
)
END = "end"


def assess(
    workers: Annotated[int, typer.Option(help="How many workers.")],
    wage: Annotated[
        str, typer.Option(metavar="RUPEES", help="The wage of each for a month; for a day with --by-day.")
    ],
    first: Annotated[str, typer.Option("--from", metavar="MONTH", help="The first month, as in 2004-07.")],
    last: Annotated[str, typer.Option("--to", metavar="MONTH", help="The last month.")],
    paid_on: Annotated[
        str, typer.Option(metavar="DAY", help="The day of paying: up to it the increase is counted.")
    ],
    due: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The last day for paying in the month after: 1 to 31, or 'end'; else by the dated rows.",
        ),
    ] = None,
    payment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="DAY=RUPEES[/DAY]",
            help="A payment by its value date; after a slash the day on which its cheque was dishonoured.",
        ),
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="The days of each month for which there was a wage; else all of it.")
    ] = None,
    by_day: Annotated[
        bool, typer.Option("--by-day", help="The wage is paid by the day, and limited for each day.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Every month, payment and row in words.")
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="en|ur|sd", help="The language of --explain: English, Urdu or Sindhi.")
    ] = "en",
    json: Json = None,
) -> None:
    """Work out contribution and increase without a case, by the dated rows that are shipped.

    Every figure is exact. A row of the law that nobody has confirmed is named.
    """
    from field.cli.output import Output
    from field.inspections.table_file import DIGITS
    from field.recovery import calculator, money, statute
    from field.recovery import explain as explained
    from field.recovery.calculator import Asked

    output = Output(json)
    asked = Asked(
        workers=workers,
        wage_rs=money.parse(wage),
        first=first.translate(DIGITS),
        last=last.translate(DIGITS),
        day=day_of(paid_on),
        due_day=_due(due),
        payments=tuple(_payment(text, number) for number, text in enumerate(payment or (), 1)),
        days=days,
        by_day=by_day,
    )
    spoken = language_of(language)
    worked = calculator.work_out(asked, statute.shipped())
    said = explained.explain(calculator.figure(worked, asked), spoken) if explain else ()
    say_steps(output, said)
    _say(output, worked)
    output.machine(_summary(worked, said))


def language_of(text: str) -> "Language":
    """The language asked for. Raises Problem("bad-request") for one that is not there."""
    from field.problems import Problem
    from field.recovery.phrases import TABLES

    for language in TABLES:
        if language == text:
            return language
    raise Problem("bad-request", f"{text[:20]!r} is no language here. Write en, ur or sd.")


def say_steps(output: "Output", said: "Iterable[Said]") -> None:
    """An explanation for a person: each part below what it is a part of."""
    for step in said:
        depth = step.number.count(".")
        output.say(f"{'  ' * depth}{step.number}  {step.sentence}")


def _say(output: "Output", worked: "Worked") -> None:
    from field.recovery.money import show

    settled = worked.ledger
    output.say(f"Contribution {show(settled.principal_rs)}")
    output.say(f"Increase     {show(settled.increase_rs)} up to {settled.day.isoformat()}")
    if settled.payments:
        output.say(f"Received     {show(settled.received_rs)}")
    output.say(f"Still owed   {show(settled.open_rs)}")
    if settled.credit_rs:
        output.say(f"Credit       {show(settled.credit_rs)}")
    for remark in worked.remarks:
        output.say(remark)


def _summary(worked: "Worked", said: "Iterable[Said]") -> dict[str, object]:
    """Every amount as exact text; `steps` has the explanation, where one was asked for."""
    from field.recovery.money import to_json

    settled = worked.ledger
    return {
        "day": settled.day,
        "principal_rs": to_json(settled.principal_rs),
        "increase_rs": to_json(settled.increase_rs),
        "received_rs": to_json(settled.received_rs),
        "open_rs": to_json(settled.open_rs),
        "credit_rs": to_json(settled.credit_rs),
        "months": [
            {
                "month": month.state.month,
                "due_on": month.state.due_on,
                "worker_rs": to_json(month.worker_rs),
                "principal_rs": to_json(month.state.principal_rs),
                "principal_paid_rs": to_json(month.state.principal_paid_rs),
                "days_late": month.state.days_late,
                "percent": _plain(month.state.percent),
                "increase_rs": to_json(month.state.increase_rs),
                "increase_paid_rs": to_json(month.state.increase_paid_rs),
                "explained": month.sentences,
            }
            for month in worked.months
        ],
        "rows": worked.rows,
        "steps": [{"number": step.number, "sentence": step.sentence} for step in said],
        "remarks": worked.remarks,
    }


def _plain(number: "Decimal") -> str:
    return f"{number.normalize():f}"


def day_of(text: str) -> "date":
    """A day as it is typed, in Urdu digits too. Raises Problem("bad-request")."""
    from datetime import date

    from field.inspections.table_file import DIGITS
    from field.problems import Problem

    try:
        return date.fromisoformat(text.translate(DIGITS))
    except ValueError:
        raise Problem("bad-request", f"{text[:20]!r} is no day. Write it as in 2005-06-30.") from None


def _due(text: str | None) -> int | None:
    from field.inspections.table_file import DIGITS
    from field.problems import Problem

    if text is None:
        return None
    if text == END:
        return 31
    typed = text.translate(DIGITS)
    if typed.isascii() and typed.isdigit():
        return int(typed)
    raise Problem("bad-request", f"{text[:20]!r} is no due day. Write 1 to 31, or end.")


def _payment(text: str, number: int) -> "Payment":
    from field.problems import Problem
    from field.recovery import money
    from field.recovery.ledger import Payment

    day, sign, rest = text.partition("=")
    amount, slash, reversed_on = rest.partition("/")
    if not sign or bool(slash) != bool(reversed_on):
        raise Problem("bad-request", f"{text[:40]!r} is no payment. Write it as in 2005-03-01=100000.")
    return Payment(
        id=f"payment-{number}",
        value_date=day_of(day),
        amount_rs=money.parse(amount),
        reversed_on=day_of(reversed_on) if reversed_on else None,
    )
