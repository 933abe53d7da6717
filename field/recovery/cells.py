"""What stands in the cells of schedules and payments, read strictly: a value that is in doubt is refused.

Each function gives the value, or raises RejectionError with the column, the value and what to do. A refused
CNIC is told by its shape, the digits hidden.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from field.geo.slugs import slug
from field.inspections.table_file import DIGITS, SHORTENED, RejectionError, tidy
from field.problems import Problem
from field.recovery import money

DAYS_MAX = 31
REFERENCE_LENGTH_MAX = 100
MONTHS_MAX = 120
YEAR_MIN = 1966
"""The first year after the Ordinance of 1965: no contribution is older."""

_PAISA_MAX = 10**14
_TOTALS = frozenset({"کل", "میزان"})
_NAMES = {
    **dict.fromkeys(("january", "jan", "جنوری"), 1),
    **dict.fromkeys(("february", "feb", "فروری"), 2),
    **dict.fromkeys(("march", "mar", "مارچ"), 3),
    **dict.fromkeys(("april", "apr", "اپریل"), 4),
    **dict.fromkeys(("may", "مئی"), 5),
    **dict.fromkeys(("june", "jun", "جون"), 6),
    **dict.fromkeys(("july", "jul", "جولائی"), 7),
    **dict.fromkeys(("august", "aug", "اگست"), 8),
    **dict.fromkeys(("september", "sept", "sep", "ستمبر"), 9),
    **dict.fromkeys(("october", "oct", "اکتوبر"), 10),
    **dict.fromkeys(("november", "nov", "نومبر"), 11),
    **dict.fromkeys(("december", "dec", "دسمبر"), 12),
}
_BY_DAY = frozenset(
    {"day", "days", "daily", "d", "per-day", "by-day", "by-the-day", "daily-wage", "daily-wages",
     "daily-rated", "daily-wager", "یومیہ", "روزانہ", "دن"}
)  # fmt: skip
_BY_MONTH = frozenset(
    {"month", "monthly", "m", "per-month", "by-month", "by-the-month", "monthly-wage", "monthly-wages",
     "salaried", "ماہانہ", "ماہوار", "مہینہ"}
)  # fmt: skip

_MONTH_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})[-/. ](?P<y>\d{4})",
        r"(?P<y>\d{4})[-/. ]?(?P<name>[^\W\d]+)",
        r"(?P<name>[^\W\d]+)\.?[-/,.' ]{0,2}(?P<y>\d{4}|\d{2})",
        # A spreadsheet makes the first day of a month of it.
        r"(?P<y>\d{4})-(?P<m>\d{2})-01",
    )
)
_DAY_FORMS = tuple(
    re.compile(form)
    for form in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<d>\d{1,2})[-/. ](?P<m>\d{1,2})[-/. ](?P<y>\d{4})",
        r"(?P<d>\d{1,2})[-/. ]?(?P<name>[^\W\d]+)\.?[-/., ]{0,2}(?P<y>\d{4}|\d{2})",
    )
)
_BETWEEN_MONTHS = re.compile(r"\s*(?:[,;&+،]|\band\b|\bاور\b)\s*", re.IGNORECASE)
_UP_TO = re.compile(r"\s*(?:\bto\b|\bتا\b|–)\s*", re.IGNORECASE)
_MONTH_HINT = "Write it as in 2026-03."
_DAY_HINT = "Write it as in 2026-03-31, or with the day first as in 31/03/2026."


def tidied(column: str, cell: str) -> str:
    """A cell without spaces around it and letters that cannot be seen. Raises RejectionError, see `tidy`."""
    cell = cell.strip()
    return cell if len(cell) < 40 and cell.isascii() and cell.isprintable() else tidy(column, cell)


@lru_cache(maxsize=4096)
def registration_no(text: str) -> str:
    """A registration number as it is typed, in our digits. Spaces and hyphens in it are kept."""
    number = tidied("registration_no", text).translate(DIGITS).removeprefix("'")
    if not number:
        raise RejectionError("registration_no", "", "The registration number is missing.")
    if SHORTENED.fullmatch(number):
        reason = "A spreadsheet has shortened this number. Format the column as text and enter it again."
        raise RejectionError("registration_no", number, reason)
    return re.sub(r"(?<=\d)\.0+$", "", number)


def plain_number(registration_no: str) -> str:
    """A registration number as it is compared: no spaces, no hyphens, small letters."""
    return re.sub(r"[\s-]", "", registration_no).casefold()


@lru_cache(maxsize=4096)
def month(text: str, today: date, column: str = "month") -> str:
    """A month as "2026-03": of 2026-03, 03/2026, March 2026, Mar-26, or the first day of it.

    26-Mar is refused, for it is a day as well as a month, and so is a month that has not begun `today`.
    """
    plain = tidied(column, text).translate(DIGITS).removeprefix("'").casefold()
    match = next((found for form in _MONTH_FORMS if (found := form.fullmatch(plain))), None)
    if not plain:
        raise RejectionError(column, "", "The month is missing.")
    if match is None:
        raise RejectionError(column, text, f"It cannot be read as a month. {_MONTH_HINT}")
    year, number = _year(match["y"]), _month_number(match.groupdict())
    if number is None:
        raise RejectionError(column, text, f"There is no such month. {_MONTH_HINT}")
    if not YEAR_MIN <= year <= 2999 or (year, number) > (today.year, today.month):
        raise RejectionError(column, text, f"It lies before {YEAR_MIN}, or has not begun. {_MONTH_HINT}")
    return f"{year:04d}-{number:02d}"


def months(text: str, today: date) -> tuple[str, ...]:
    """The months that a payment is meant for, as in "Jan-26 to Mar-26" or "2026-01, 2026-03"; () for ""."""
    found: set[str] = set()
    for part in _BETWEEN_MONTHS.split(text) if text else ():
        ends = [month(end, today, "months") for end in _UP_TO.split(part)]
        first, last = ends[0], ends[-1]
        if len(ends) > 2 or first > last:
            raise RejectionError("months", text, "They are not in order. Write as in 2026-01 to 2026-03.")
        while first <= last and len(found) <= MONTHS_MAX:
            found.add(first)
            year, number = int(first[:4]), int(first[5:])
            first = f"{year + number // 12:04d}-{number % 12 + 1:02d}"
    if len(found) > MONTHS_MAX:
        raise RejectionError("months", text, f"These are more than {MONTHS_MAX} months.")
    return tuple(sorted(found))


@lru_cache(maxsize=4096)
def day(text: str, today: date, column: str) -> date:
    """A day: 2026-03-31, 31/03/2026 (the day first), 31-Mar-2026, 31 March 26. None that is to come."""
    plain = tidied(column, text).translate(DIGITS).removeprefix("'").casefold()
    if not plain:
        raise RejectionError(column, "", "The date is missing.")
    match = next((found for form in _DAY_FORMS if (found := form.fullmatch(plain))), None)
    if match is None:
        raise RejectionError(column, text, f"It cannot be read as a date. {_DAY_HINT}")
    try:
        when = date(_year(match["y"]), _month_number(match.groupdict()) or 0, int(match["d"]))
    except ValueError:
        raise RejectionError(column, text, f"There is no such day. {_DAY_HINT}") from None
    if when.year < YEAR_MIN or when > today:
        raise RejectionError(column, text, f"It lies before {YEAR_MIN}, or in the future. {_DAY_HINT}")
    return when


def _year(digits: str) -> int:
    return int(digits) if len(digits) == 4 else 2000 + int(digits)


def _month_number(groups: dict[str, str | None]) -> int | None:
    name = groups.get("name")
    if name is not None:
        return _NAMES.get(name)
    number = int(groups["m"] or 0)
    return number if 1 <= number <= 12 else None


def paisa(column: str, text: str, *, least: int = 0) -> int:
    """An amount in paisa: "37000", "Rs 37,000.50", "۳۷۰۰۰". `least`: the smallest that can be, 0 or 1."""
    if text.isdigit() and text.isascii() and len(text) < 12:
        found = int(text) * 100
    else:
        text = tidied(column, text)
        if not text:
            raise RejectionError(column, "", "The amount is missing.")
        try:
            found = int(money.parse(text.removeprefix("'")) * 100)
        except Problem as problem:
            raise RejectionError(column, text, problem.detail) from None
    if found < least or found > _PAISA_MAX:
        reason = (
            "It cannot be below 0." if found < 0 else "It cannot be 0." if found == 0 else "It is too much."
        )
        raise RejectionError(column, text, reason)
    return found


@lru_cache(maxsize=256)
def days(text: str) -> int:
    """Days worked in the month: a whole number from 0 to 31."""
    number = re.sub(r"\.0+$", "", tidied("days", text).translate(DIGITS))
    if not re.fullmatch(r"\d{1,2}", number, re.ASCII) or int(number) > DAYS_MAX:
        raise RejectionError(
            "days", text, f"It must be a whole number of days from 0 to {DAYS_MAX}, or empty."
        )
    return int(number)


def by_day(text: str) -> bool:
    """Whether a wage is agreed by the day (True) or by the month."""
    said = slug(tidied("wage_basis", text))
    if said in _BY_DAY:
        return True
    if said in _BY_MONTH:
        return False
    reason = "Write day or month: by which the wage is agreed. Leave it empty for a month."
    raise RejectionError("wage_basis", text.strip(), reason)


def cnic(text: str) -> str:
    """A CNIC as its 13 digits: with and without hyphens or spaces, in any digits, after an apostrophe."""
    digits = text.replace("-", "")
    if not (len(digits) == 13 and digits.isdigit() and digits.isascii()):
        text = tidied("cnic", text)
        digits = re.sub(r"[\s\-–—_./]", "", text.translate(DIGITS).lstrip("'’`"))
    if len(digits) == 13 and digits.isdigit() and digits.isascii() and digits[0] not in "09":
        return digits
    raise RejectionError("cnic", _hidden(text), _why_no_cnic(text, digits))


def reference(text: str) -> str:
    """A challan's number as it is compared: no spaces, capitals, our digits; "" for none."""
    plain = re.sub(r"\s", "", text.translate(DIGITS)).removeprefix("'").upper()
    if SHORTENED.fullmatch(plain):
        reason = "A spreadsheet has shortened this number. Format the column as text and enter it again."
        raise RejectionError("reference", text, reason)
    if len(plain) > REFERENCE_LENGTH_MAX:
        raise RejectionError("reference", text, f"It is longer than {REFERENCE_LENGTH_MAX} letters.")
    return re.sub(r"(?<=\d)\.0+$", "", plain)


def is_total_row(row: Iterable[str], name: str) -> bool:
    """Whether a row without a CNIC holds totals. Raises RejectionError for one that names a worker as well:
    as a total it would lose that worker, as a line it might double everybody's wages.
    """
    said = next((cell.strip() for cell in row if is_total(cell)), "")
    if said and not is_total(name) and any(map(str.isalpha, name)):
        reason = (
            f"It says {said[:40]!r} and names somebody without a CNIC. If it is a total, leave the name "
            "empty; if it is a worker, give the CNIC."
        )
        raise RejectionError("worker_name", "", reason)
    return bool(said)


def is_total(cell: str) -> bool:
    """Whether a cell says that its row holds totals."""
    cell = cell.strip()
    return "total" in cell[:12].casefold() or cell in _TOTALS


def _why_no_cnic(text: str, digits: str) -> str:
    hint = "It has 13 digits, as in 42101-1234567-1."
    if SHORTENED.fullmatch(text.translate(DIGITS).lstrip("'")):
        return "A spreadsheet has shortened this CNIC. Format the column as text and enter it again."
    if not (digits.isdigit() and digits.isascii()):
        return f"This is no CNIC: it has other signs than digits. {hint}"
    if len(digits) != 13:
        return f"This is no CNIC: it has {len(digits)} digits. {hint}"
    return "This is no CNIC: the first digit is 1 to 8."


def _hidden(text: str) -> str:
    """The shape of a refused CNIC: which signs it has, but from the sixth digit on not which digits."""
    seen = 0
    shown = []
    for mark in text[:40]:
        seen += mark.isdigit()
        shown.append(
            "*" if mark.isalnum() and (seen > 5 or not mark.isdigit()) and mark not in "eE" else mark
        )
    return "".join(shown)
