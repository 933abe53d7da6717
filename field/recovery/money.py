"""Exact money: rupees with two places, in `Decimal`, never in floats.

Rounding is half up, to the paisa, once per worker and month: what is added up later is exact.
"""

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from field.problems import Problem

PAISA = Decimal("0.01")
ZERO = Decimal("0.00")
AMOUNT_MAX = Decimal(10) ** 15
"""No sum of this business comes near it; what does is a mistake in reading."""

_EXACT = Context(prec=60)
"""So many digits hold every product of an amount and a rate without rounding."""
_HUNDRED = Decimal(100)
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬", "01234567890123456789.,")
_WRITTEN = re.compile(
    r"(?P<minus>-)?\s*(?:rs\.?|pkr|₨|روپے)?\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})*,\d{3}|\d+)"
    r"(?:\.(?P<paisa>\d{1,2}))?\s*(?:/-|روپے)?",
    re.IGNORECASE | re.ASCII,
)


def rupees(amount: Decimal | int | str) -> Decimal:
    """The amount with exactly two places, rounded half up: away from zero where it lies in the middle.

    Raises Problem("bad-request") for what is no number, or not below `AMOUNT_MAX`. A float is no amount.
    """
    if isinstance(amount, Decimal) and amount.same_quantum(PAISA) and abs(amount) < AMOUNT_MAX:
        return amount + ZERO  # it is exact already; the sum turns -0.00 into 0.00
    try:
        exact = Decimal(amount) if isinstance(amount, Decimal | int | str) else Decimal("NaN")
    except ArithmeticError:
        exact = Decimal("NaN")
    if not exact.is_finite() or abs(exact) >= AMOUNT_MAX:
        raise Problem("bad-request", f"{str(amount)[:40]} is no amount in rupees.")
    return exact.quantize(PAISA, rounding=ROUND_HALF_UP, context=_EXACT) + ZERO


def percent_of(base: Decimal | int, percent: Decimal) -> Decimal:
    """`percent` % of `base` rupees, rounded half up to the paisa."""
    return rupees(_EXACT.divide(_EXACT.multiply(Decimal(base), percent), _HUNDRED))


def parse(text: str) -> Decimal:
    """The amount that a person wrote: "Rs 1,125,600", "Rs. 11,25,600/-", "PKR 2400.50", "۲۴۰۰".

    Commas part thousands, or lakh and crore; the point parts the paisa, of which there are two at most.
    Raises Problem("bad-request") for anything else, rather than guess.
    """
    match = _WRITTEN.fullmatch(text.translate(_DIGITS).strip())
    if match is None:
        raise Problem("bad-request", f"{text[:40]!r} is no amount in rupees. Write it as in Rs 1,125,600.50.")
    whole = match["whole"].replace(",", "")
    return rupees(f"{match['minus'] or ''}{whole}.{match['paisa'] or '0'}")


def show(amount: Decimal | int) -> str:
    """As a person reads it: "Rs 1,125,600", with the paisa only where there are any."""
    exact = rupees(amount)
    sign = "-" if exact < 0 else ""
    return f"{sign}Rs {abs(exact):,.2f}".removesuffix(".00")


def to_json(amount: Decimal | int) -> str:
    """The form on the wire: "2400.00". A JSON number would become a float on the way."""
    return str(rupees(amount))


def from_json(text: str) -> Decimal:
    """The amount in its form on the wire: digits, a point, two digits. Raises Problem("bad-request")."""
    if not re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{2}", text):
        raise Problem("bad-request", f"{text[:40]!r} is no amount. On the wire it is as in 2400.00.")
    return rupees(text)
