"""`field owed`: what one establishment owes on a day, opened down to lines and rows, or by best judgement."""

from typing import TYPE_CHECKING, Annotated

import typer

from field.cli.options import Data, DatabaseUrl, Json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from field.cli.output import Output
    from field.recovery.account import Account
    from field.store.explained import Step
    from field.store.judged import Judged
    from field.store.owed import Owed

EXAMPLE = "Example: field owed 2004070001 --day 2026-11-30 --explain --language ur"


def owed(
    establishment: Annotated[
        str, typer.Argument(metavar="NUMBER", help="Its registration number, or its id.")
    ],
    day: Annotated[str, typer.Option(metavar="DAY", help="The day: up to it the increase is counted.")],
    explain: Annotated[
        bool, typer.Option("--explain", help="Open the figure down to wage lines, rows and photos.")
    ] = False,
    judgement: Annotated[
        bool,
        typer.Option("--judgement", help="The best judgement where records were refused or are missing."),
    ] = False,
    schedules: Annotated[
        bool,
        typer.Option("--schedules", help="By the employer's own schedules alone, with what each form says."),
    ] = False,
    language: Annotated[
        str, typer.Option(metavar="en|ur|sd", help="The language of the words: English, Urdu or Sindhi.")
    ] = "en",
    data: Data = None,
    database_url: DatabaseUrl = None,
    json: Json = None,
) -> None:
    """Say what an establishment owes on a day by its schedules, the reports about it, and its payments.

    No month is asked for twice. Best judgement is a proposal by itself: its sums are never part of what is
    owed by actual records. By the schedules alone it is what the employer declared himself, reports left out:
    it says where a form's own figure is another than the law's, or is missing.
    """
    from field.cli.assess import day_of, language_of
    from field.cli.opening import opened, settings_of
    from field.cli.output import Output
    from field.store import accounts, explained, judged
    from field.store import owed as figures

    output, on, spoken = Output(json), day_of(day), language_of(language)
    with opened(settings_of(data, database_url)) as context, context.store.read() as tx:
        id = find(tx, establishment)
        if judgement:
            found = judged.proposals(context.store, tx, id, None, on, spoken)
            _say_judged(output, found)
            output.machine(found)
        elif schedules:
            account = accounts.account(tx, id, on)
            _say_account(output, account)
            output.machine(account)
        elif explain:
            words = explained.owed_in_words(context.store, tx, id, None, on, spoken)
            _say_steps(output, words.steps)
            output.machine(words)
        else:
            sums = figures.on_day(tx, id, None, on)
            _say(output, sums)
            output.machine(sums)


def find(tx: "Connection", establishment: str) -> str:
    """The id behind a registration number or an id. Raises Problem("not-found")."""
    from field.problems import Problem
    from field.store import registry
    from field.store.registrations import Registrations

    known = registry.by_id(tx, [establishment]).get(establishment)
    if known is not None and known.kind == "establishment":
        return establishment
    found = Registrations(tx).find(establishment)
    if found is None:
        raise Problem("not-found", f"No establishment has the number {establishment[:40]!r}, or two have it.")
    return found


def _say(output: "Output", found: "Owed") -> None:
    from field.recovery.money import from_json, show

    for month in found.months:
        late = f", {month.days_late} days late: {month.percent} %" if month.days_late else ""
        principal, increase, left = (
            show(from_json(amount)) for amount in (month.principal_rs, month.increase_rs, month.open_rs)
        )
        output.say(
            f"  {month.month}: {principal} due on {month.due_on}{late}; increase {increase}; open {left}"
        )
    for paid in found.payments:
        what = "set aside" if paid.set_aside else "" if paid.stands else f"dishonoured on {paid.reversed_on}"
        output.say(
            f"  {paid.value_date}: {show(from_json(paid.amount_rs))} received{', ' * bool(what)}{what}"
        )
    for words, amount in (
        ("Contribution", found.principal_rs),
        ("Increase", found.increase_rs),
        ("Received", found.received_rs),
        ("Still owed", found.owed_rs),
        ("Credit", found.credit_rs),
    ):
        output.say(f"{words:<13}{show(from_json(amount))}")
    for remark in found.lacking:
        output.say(remark)
    doubtful = [row.id for row in found.statute if not row.confirmed]
    if doubtful:
        output.say(f"Unconfirmed rows of the law: {', '.join(doubtful)}.")
    if found.provisional:
        output.say("The figure is provisional.")


def _say_account(output: "Output", found: "Account") -> None:
    from field.recovery.money import show

    settled = found.ledger
    for month in found.months:
        output.say(
            f"  {month.month}: version {month.version}, workers {month.workers:,}: {show(month.due_rs)} by "
            f"the law; the form says {show(month.declared_rs)}"
        )
    output.say("By the schedules alone, reports left out:")
    for words, amount in (
        ("Contribution", settled.principal_rs),
        ("Increase", settled.increase_rs),
        ("Received", settled.received_rs),
        ("Still open", settled.open_rs),
        ("Credit", settled.credit_rs),
    ):
        output.say(f"{words:<13}{show(amount)}")
    for remark in found.remarks:
        output.say(remark)


def _say_steps(output: "Output", steps: "tuple[Step, ...]") -> None:
    for step in steps:
        output.say(f"{'  ' * step.number.count('.')}{step.number}  {step.sentence}")


def _say_judged(output: "Output", found: "Judged") -> None:
    if not found.proposals:
        output.say("Records were neither refused nor missing: what is owed rests on actual records.")
    for proposal in found.proposals:
        _say_steps(output, proposal.steps)
