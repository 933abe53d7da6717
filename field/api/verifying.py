"""Checking a report's receipt: a page for whoever holds one, and the receipt of a report for the office.

Nothing is looked for in the database before the signature holds, so that nobody can find out by trying which
reports there are.
"""

from html import escape
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from field.api import html
from field.api.context import Caller, Context
from field.api.verify_words import EN, UR, Words
from field.evidence.document import when
from field.problems import Problem
from field.store import registry, report_receipts
from field.store.report_receipts import ReceiptStanding
from field.sync import report_receipts as receipts
from field.sync.report_receipts import Checked, ReportReceipt

PER_S = 20.0
AT_ONCE = 100
"""Questions about receipts that one process answers."""

_NO_CACHE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What is true of a receipt. `genuine`: the office's key signed it while it was in force.

    `verdict` is a state of the report since (`as-received`, `added-to`, `corrected`, `withdrawn`, `disputed`,
    `not-here`, `not-issued`) or, where it is not genuine, the fault. `says` is what it says by itself.
    """

    genuine: bool
    verdict: str
    sentence: str
    says: ReportReceipt | None = None
    registration_no: str | None = None
    since: ReceiptStanding | None = None


class ReceiptShown(msgspec.Struct, frozen=True, kw_only=True):
    """A report's receipt, with the statement whose hash it bears, and what became of the report since.

    `received_ms` is when the last of the report's lines came, as the receipt says it.
    """

    receipt: str
    received_ms: int
    issued_ms: int
    statement: str
    verdict: str
    since: ReceiptStanding


def verified(context: Context, typed: str) -> Verified:
    """What is true of a receipt as somebody typed it."""
    checked = receipts.check(typed, context.key.ring.keys)
    if checked.fault is not None or checked.receipt is None:
        return _faulty(checked)
    said = checked.receipt
    with context.store.read() as tx:
        since = report_receipts.standing(context.store, tx, receipts.normal(typed), said)
        issued = (
            report_receipts.of(tx, [said.report]) if since.state not in ("not-here", "not-issued") else []
        )
    number = next((_registration(each.statement) for each in issued), None)
    return Verified(
        genuine=since.state != "not-issued",
        verdict=since.state,
        sentence=". ".join(EN.verdicts[since.state]),
        says=said,
        registration_no=number,
        since=since,
    )


def _faulty(checked: Checked) -> Verified:
    fault = checked.fault or "not-a-receipt"
    heading, sentence = EN.verdicts[fault]
    # What an unsigned text claims is not repeated as if it were so.
    return Verified(genuine=False, verdict=fault, sentence=f"{heading}. {sentence}")


def _registration(statement: str) -> str | None:
    line = next((each for each in statement.splitlines() if each.startswith("registration ")), "")
    number = line.partition(" ")[2]
    return number if number not in ("", "-") else None


@get("/verify", sync_to_thread=True, tags=["server"])
def verify_typed(
    request: Request[Any, Any, Any],
    context: NamedDependency[Context],
    receipt: FromQuery[str | None] = None,
) -> Response[Any]:
    """A page to type a receipt on, for whoever has no camera; with `receipt`, the answer about it."""
    if receipt is not None:
        return _answer(request, receipt, context)
    body = f'{_form(EN, "h1")}<section lang="ur" dir="rtl">{_form(UR, "h2")}</section>'
    return html.page(EN.asked[0], body, forms=True)


def _form(words: Words, heading: str) -> str:
    title, sentence = words.asked
    return (
        f"<{heading}>{escape(title)}</{heading}><p>{escape(sentence)}</p>"
        f'<form action="/verify"><textarea name="receipt" rows="6" dir="ltr" required '
        f'aria-label="{escape(title)}"></textarea><p><button>{escape(words.check)}</button></p></form>'
    )


@get("/verify/{receipt:str}", sync_to_thread=True, tags=["server"])
def verify(
    request: Request[Any, Any, Any], receipt: FromPath[str], context: NamedDependency[Context]
) -> Response[Any]:
    """Whether a receipt is genuine, and what became of its report since: a page for a browser, else JSON."""
    return _answer(request, receipt, context)


@get("/VERIFY/{receipt:str}", sync_to_thread=True, tags=["server"])
def verify_scanned(
    request: Request[Any, Any, Any], receipt: FromPath[str], context: NamedDependency[Context]
) -> Response[Any]:
    """The same: a code for a camera is smaller if its address has capital letters alone."""
    return _answer(request, receipt, context)


def _answer(request: Request[Any, Any, Any], receipt: str, context: Context) -> Response[Any]:
    request.app.state.verifying.take(context.clock.now_ms())
    found = verified(context, receipt)
    status = 404 if found.says is None else 200
    if "text/html" not in request.headers.get("accept", ""):
        return Response(found, status_code=status, media_type="application/json", headers=_NO_CACHE)
    body = f'<section lang="ur" dir="rtl">{_part(found, UR, "h2")}</section>'
    page = html.page(EN.verdicts[found.verdict][0], _part(found, EN, "h1") + body, status)
    page.headers.update(_NO_CACHE)
    return page


def _part(found: Verified, words: Words, heading: str) -> str:
    title, sentence = words.verdicts[found.verdict]
    mark = "<i></i>" if heading == "h1" else ""
    said = [f"<{heading}>{mark}{escape(title)}</{heading}>", f'<p class="lead">{escape(sentence)}</p>']
    if found.since is not None:
        counted = msgspec.structs.asdict(found.since)
        if found.since.added or found.since.corrected:
            said.append(f"<p>{escape(words.changed.format(**counted))}</p>")
        if found.since.erased:
            said.append(f"<p>{escape(words.erased.format(**counted))}</p>")
    if found.says is not None:
        rows = [(words.report, found.says.report)]
        if found.registration_no is not None:
            rows.append((words.registration, found.registration_no))
        rows += [
            (words.received, when(found.says.received_s * 1000)),
            (words.establishment, f"… {found.says.establishment_part}"),
            (words.tablet, f"… {found.says.device_part}"),
            (words.key, found.says.key),
        ]
        items = "".join(
            f"<li><span>{escape(name)}</span><bdi>{escape(value)}</bdi></li>" for name, value in rows
        )
        said.append(f"<ul>{items}</ul>")
    return "".join(said) + f"<p>{escape(words.offline)}</p>"


@get("/api/reports/{report_id:str}/receipt", sync_to_thread=True, tags=["visits"])
def receipt(
    report_id: FromPath[str], context: NamedDependency[Context], caller: NamedDependency[Caller]
) -> ReceiptShown:
    """The receipt of a report, to hand to the employer. Raises not-found while it is being made."""
    with context.store.read() as tx:
        found = registry.record(context.store, tx, report_id)
        if found is None or found.row.kind != "report":
            raise Problem("not-found", "There is no such report.")
        caller.check(found.district)
    return shown(context, report_id)


def shown(context: Context, report: str) -> ReceiptShown:
    """A report's receipt, made now if it was not yet. Raises Problem not-found."""
    now_ms = context.clock.now_ms()
    report_receipts.issue(context.store, context.key.current, now_ms, 1, [report])
    with context.store.read() as tx:
        kept = report_receipts.of(tx, [report])
        if not kept:
            raise Problem("not-found", "There is no receipt of this report.")
        (one,) = kept
        said, _, _ = receipts.read(one.text)
        since = report_receipts.standing(context.store, tx, one.text, said)
    checked = receipts.check(one.text, context.key.ring.keys)
    return ReceiptShown(
        receipt=one.text,
        received_ms=said.received_s * 1000,
        issued_ms=one.issued_ms,
        statement=one.statement,
        verdict=checked.fault or since.state,
        since=since,
    )
