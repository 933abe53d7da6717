"""Small pieces of books for tests: what a report found, what a schedule declares, what was received."""

from datetime import date
from decimal import Decimal

from field.recovery.account import Declared, MonthDeclared
from field.recovery.book import MonthFound, Received
from field.recovery.ledger import Payment


def day(text: str) -> date:
    return date.fromisoformat(text)


def unpaid(month: str, whole, **more) -> MonthFound:
    """A month that a report found unpaid."""
    return _found(month, unpaid=True, due_rs=Decimal(whole), whole_rs=Decimal(whole), **more)


def paid(month: str, beyond, whole=None, **more) -> MonthFound:
    """A month that a report found paid, and what is due beyond what was declared."""
    whole = Decimal(beyond if whole is None else whole)
    return _found(
        month, unpaid=False, due_rs=Decimal(beyond), whole_rs=whole, beyond_rs=Decimal(beyond), **more
    )


def _found(month: str, **values) -> MonthFound:
    known = {"report_id": "report", "captured_ms": 1000, "beyond_rs": Decimal(0), **values}
    return MonthFound(month=month, **known)


def schedule(month: str, workers: int, wage=37_000, version: int = 1, arrived_ms: int = 0) -> MonthDeclared:
    """An employer's schedule: so many workers at one wage; Rs 37,000 makes Rs 2,220 due in 2024/25."""
    lines = Declared(
        workers=workers, wage_rs=Decimal(wage), days=None, contribution_rs=Decimal(0), without=workers
    )
    return MonthDeclared(month=month, version=version, lines=(lines,), arrived_ms=arrived_ms)


def received(id: str, on: str, amount, *months: str, dishonoured: str | None = None) -> Received:
    """A payment on file, for the months that it names."""
    payment = Payment(
        id=id,
        value_date=day(on),
        amount_rs=Decimal(amount),
        reversed_on=day(dishonoured) if dishonoured else None,
    )
    return Received(payment=payment, months=months)
