"""Vectors of checklists: what conditions and patterns mean, and what answers to a checklist come to.

What a condition or a pattern must come to is written here by hand, for both languages; what whole sets of
answers come to is what Python says, and tests/inspections tells the stories behind it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from field.inspections import checklists, patterns
from field.inspections.checklist_fills import from_report, to_report
from field.inspections.checklists import Checklist
from field.inspections.conditions import parse
from field.inspections.judging import Answer, judge
from tests.vectors import checklist_answers, full_answers
from tests.vectors.common import note

TODAY = "2026-11-22"

VALUES: Mapping[str, Any] = {
    "empty": None,
    "blank": " \u00a0\n",
    "zero": 0,
    "five": 5,
    "half": 0.5,
    "minus": -3,
    "tiny": 0.0000001,
    "large": 1_000_000_000_000_000,
    "beyond": 1e16,
    "text5": "5",
    "spaced": " 7\t",
    "urdu": "۱۲",
    "arabic": "٤٢",
    "urdu_point": "۲٫۵",
    "grouped": "1,000",
    "exponent": "1e3",
    "signs": "--5",
    "point": ".",
    "word": "open",
    "capital": "Open",
    "urdu_word": "محنت کش",
    "emoji": "😀a",
    "cnic": "42101-1234567-1",
    "day": "2026-11-22",
    "spring": "2026-03-01",
    "leap": "2024-02-29",
    "no_day": "2026-02-30",
    "late": "9999-12-31",
    "yes": True,
    "no": False,
    "records": ["wage_register", "c1"],
    "one_record": ["c1"],
    "no_record": [],
    "chosen": "shifted",
}
EVERY: Mapping[str, list[Any]] = {
    "wages": [100, None, 250.5, "۳", "none"],
    "tenths": [0.1] * 10,
    "told": ["yes", "no", "", "yes"],
    "nobody": [],
    "silent": [None, " "],
}

# How two values stand to each other, and what each comparison then says: = != < <= > >=
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
STANDS: Mapping[str, tuple[bool, ...]] = {
    "equal": (True, False, False, True, False, True),
    "before": (False, True, True, True, False, False),
    "behind": (False, True, False, False, True, True),
    "other, in no order": (False, True, False, False, False, False),
    "equal, in no order": (True, False, False, False, False, False),
    "other text, the same number": (False, True, False, True, False, True),
}
PAIRS: tuple[tuple[str, str, str], ...] = (
    ("${five}", "5", "equal"),
    ("${five}", "6", "before"),
    ("${five}", "4.5", "behind"),
    ("${half}", ".5", "equal"),
    ("${minus}", "-3", "equal"),
    ("${minus}", "0", "before"),
    ("${zero}", "-0", "equal"),
    ("${tiny}", "0", "behind"),
    ("${large}", "1000000000000000", "equal"),
    ("0.1 + 0.2", "0.3", "behind"),
    # No answer.
    ("${empty}", "0", "other, in no order"),
    ("${empty}", "5", "other, in no order"),
    ("${empty}", "-1", "other, in no order"),
    ("5", "${empty}", "other, in no order"),
    ("${five}", "''", "other, in no order"),
    ("${zero}", "''", "other, in no order"),
    ("${empty}", "''", "equal, in no order"),
    ("${empty}", "${blank}", "equal, in no order"),
    ("${empty}", "'x'", "other, in no order"),
    ("${empty}", "today()", "other, in no order"),
    ("${blank}", "''", "equal, in no order"),
    ("${no_record}", "''", "equal, in no order"),
    ("${beyond}", "''", "equal, in no order"),
    ("${empty} + 1", "1", "other, in no order"),
    # Numbers written as text.
    ("${text5}", "5", "equal"),
    ("${text5}", "'5'", "equal"),
    ("${text5}", "'5.0'", "other text, the same number"),
    ("'10'", "'9'", "behind"),
    ("'10'", "9", "behind"),
    ("${spaced}", "7", "equal"),
    ("${urdu}", "12", "equal"),
    ("${urdu}", "'12'", "other text, the same number"),
    ("${urdu}", "${five}", "behind"),
    ("${arabic}", "42", "equal"),
    ("${urdu_point}", "2.5", "equal"),
    ("${grouped}", "1000", "other, in no order"),
    ("${exponent}", "1000", "other, in no order"),
    ("${signs}", "5", "other, in no order"),
    ("${point}", "0", "other, in no order"),
    # Text.
    ("${word}", "'open'", "equal, in no order"),
    ("${word}", '"open"', "equal, in no order"),
    ("${word}", "'closed'", "other, in no order"),
    ("${word}", "${capital}", "other, in no order"),
    ("${word}", "0", "other, in no order"),
    ("${urdu_word}", "'محنت کش'", "equal, in no order"),
    ("${records}", "'wage_register c1'", "equal, in no order"),
    # Dates.
    ("${day}", "today()", "equal"),
    ("${day}", "'2026-11-22'", "equal"),
    ("${spring}", "today()", "before"),
    ("${day}", "${spring}", "behind"),
    ("${leap}", "'2024-03-01'", "before"),
    ("${leap} + 1", "'2024-03-01'", "equal"),
    ("${no_day}", "today()", "other, in no order"),
    ("${no_day}", "'2026-02-30'", "equal, in no order"),
    ("${day}", "5", "other, in no order"),
    ("'2026-1-02'", "today()", "other, in no order"),
    ("'۲۰۲۶-۱۱-۲۲'", "today()", "other, in no order"),
    # Yes and no.
    ("${yes}", "true()", "equal"),
    ("${yes}", "false()", "behind"),
    ("${no}", "0", "equal"),
    ("${no}", "''", "equal, in no order"),
    ("${yes}", "'open'", "equal, in no order"),
    ("${yes}", "''", "other, in no order"),
)

EXPRESSIONS: tuple[tuple[str, Any], ...] = (
    # Reading.
    ("5", 5),
    (" 5 ", 5),
    ("5.", 5),
    ("0.25", 0.25),
    ("'5'", "5"),
    ('"it\'s"', "it's"),
    ("${five}", 5),
    ("${ five }", 5),
    ("${empty}", ""),
    ("${blank}", ""),
    ("${beyond}", ""),
    ("${records}", "wage_register c1"),
    ("${yes}", True),
    ("${strange}", ""),
    (".", "the answer"),
    (". = 'the answer'", True),
    ("string-length(.)", 10),
    # Order of operators.
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 2 - 3", 5),
    ("12 div 2 div 3", 2),
    ("-2 * 3", -6),
    ("- -2", 2),
    ("2 - -2", 4),
    ("2--2", 4),
    ("1 = 1 and 2 = 3 or 4 = 4", True),
    ("1 = 1 or 2 = 2 and 3 = 4", True),
    ("(1 = 1 or 2 = 2) and 3 = 4", False),
    ("1 < 2 = true()", True),
    ("3 > 2 > 1", False),
    ("1 + 1 = 2", True),
    ("not(1 = 2) and true()", True),
    ("5 mod 3 + 1", 3),
    # Arithmetic.
    ("${five} + ${half}", 5.5),
    ("${five} * ${minus}", -15),
    ("7 div 2", 3.5),
    ("7 mod 3", 1),
    ("-7 mod 3", -1),
    ("7 mod -3", 1),
    ("5.5 mod 2", 1.5),
    ("0 * -1", 0),
    ("1 div 0", ""),
    ("0 div 0", ""),
    ("1 mod 0", ""),
    ("${large} * 2", ""),
    ("${large} + 0", 1_000_000_000_000_000),
    ("0.1 + 0.2", 0.30000000000000004),
    ("${empty} + 1", ""),
    ("1 - ${empty}", ""),
    ("${empty} * 0", ""),
    ("-${empty}", ""),
    ("-${text5}", -5),
    ("-'x'", ""),
    ("${word} + 1", ""),
    ("${urdu} * 2", 24),
    ("'۵' + '٥'", 10),
    ("${yes} + ${yes}", 2),
    ("${grouped} + 1", ""),
    ("number(${urdu_point}) * 2", 5),
    # Dates.
    ("today()", TODAY),
    ("today() - 30", "2026-10-23"),
    ("today() + 90", "2027-02-20"),
    ("90 + today()", "2027-02-20"),
    ("today() + 0.9", TODAY),
    ("${leap} + 366", "2025-03-01"),
    ("${spring} - 1", "2026-02-28"),
    ("${day} - ${spring}", 266),
    ("${spring} - ${day}", -266),
    ("${day} - ${day}", 0),
    ("${day} + ${spring}", ""),
    ("${no_day} + 1", ""),
    ("${late} + 1", ""),
    ("'0001-01-01' - 1", ""),
    ("'0000-01-01' + 1", ""),
    ("'1900-02-29' + 1", ""),
    ("'2000-02-29' + 1", "2000-03-01"),
    ("today() - ${empty}", ""),
    ("1 - today()", ""),
    ("today() + ${large}", ""),
    ("(today() - ${spring}) > 90", True),
    ("${day} <= today() and ${day} >= today() - 730", True),
    # Yes and no.
    ("${five} and ${word}", True),
    ("${five} and ${empty}", False),
    ("${empty} or ${zero}", False),
    ("${zero} or '0'", True),
    ("not(${empty})", True),
    ("not(${zero})", True),
    ("not('false')", False),
    ("true()", True),
    ("false()", False),
    ("true() and false()", False),
    # Functions.
    ("selected(${records}, 'c1')", True),
    ("selected(${records}, 'c')", False),
    ("selected(${records}, 'wage_register')", True),
    ("selected(${records}, '')", False),
    ("selected(${no_record}, 'c1')", False),
    ("selected(${empty}, '')", False),
    ("selected(${chosen}, 'shifted')", True),
    ("selected(${five}, '5')", True),
    ("selected(${five}, 5)", True),
    ("count-selected(${records})", 2),
    ("count-selected(${one_record})", 1),
    ("count-selected(${no_record})", 0),
    ("count-selected(${empty})", 0),
    ("string-length('')", 0),
    ("string-length('abc')", 3),
    ("string-length(${emoji})", 2),
    ("string-length(${urdu_word})", 7),
    ("string-length(${empty})", 0),
    ("string-length(125)", 3),
    ("string-length(0.5)", 3),
    ("string-length(${tiny})", 9),
    ("string-length(${large})", 16),
    ("string-length(-0.000001234)", 12),
    ("string-length(true())", 4),
    ("if(${five} > 4, 'many', 'few')", "many"),
    ("if(${empty}, 1, 2)", 2),
    ("if(true(), ${empty}, 2)", ""),
    ("if(1 = 1, if(2 = 3, 'a', 'b'), 'c')", "b"),
    ("coalesce(${empty}, 0)", 0),
    ("coalesce(${zero}, 7)", 0),
    ("coalesce(${blank}, 'none')", "none"),
    ("coalesce(${no}, true())", False),
    ("coalesce(${empty}, 0) + 1", 1),
    ("int(3.7)", 3),
    ("int(-3.7)", -3),
    ("int(-0.5)", 0),
    ("int('۳.۹')", 3),
    ("int('x')", ""),
    ("int(${empty})", ""),
    ("number('12')", 12),
    ("number(' -4.50 ')", -4.5),
    ("number('')", ""),
    ("number('12a')", ""),
    ("number('1e3')", ""),
    ("number('+5')", ""),
    ("number('0x10')", ""),
    ("number('1_000')", ""),
    ("number('Infinity')", ""),
    ("number('NaN')", ""),
    ("number('-')", ""),
    ("number('-.5')", -0.5),
    ("number('5.')", 5),
    ("number('1.2.3')", ""),
    ("number('²')", ""),
    ("number('१२')", ""),
    ("number(true())", 1),
    ("number('10000000000000000')", ""),
    (f"number('{'0' * 39}7')", 7),
    (f"number('{'0' * 40}7')", ""),
    ("regex(${cnic}, '[0-9]{5}-[0-9]{7}-[0-9]')", True),
    ("regex(${five}, '[0-9]')", True),
    ("regex(${empty}, '.+')", False),
    ("regex(${empty}, '')", True),
    # Over all items of a repeat.
    ("count(${wages})", 4),
    ("count(${told})", 3),
    ("count(${nobody})", 0),
    ("count(${silent})", 0),
    ("sum(${wages})", 353.5),
    ("sum(${tenths})", 0.9999999999999999),
    ("sum(${told})", 0),
    ("sum(${nobody})", 0),
    ("sum(${wages}) div count(${wages})", 88.375),
    ("count(${told}) >= 3 and sum(${wages}) > 353", True),
)

# (expression, the character at which it goes wrong)
FAULTY: tuple[tuple[str, int], ...] = (
    ("", 1),
    ("   ", 4),
    ("1 +", 4),
    ("1 2", 3),
    ("(1", 3),
    ("1)", 2),
    ("${", 1),
    ("${a b}", 1),
    ("${}", 1),
    ("${1a}", 1),
    ("'open", 1),
    ("open = 1", 1),
    ("true", 1),
    ("1 == 1", 4),
    ("1 & 1", 3),
    ("1 | 1", 3),
    ("a/b", 2),
    ("/data/a", 1),
    ("../a = 1", 3),
    ("$a", 1),
    ("[1]", 1),
    ("{1}", 1),
    ("1 <> 2", 4),
    ("!true()", 1),
    ("😀", 1),
    ("'😀' 1", 5),
    ("eval('1')", 1),
    ("constructor()", 1),
    ("__proto__()", 1),
    ("toString()", 1),
    ("negative(1)", 1),
    ("round(1)", 1),
    ("pulldata('a','b')", 1),
    ("selected(${a})", 1),
    ("selected(${a}, 'b', 'c')", 1),
    ("not()", 1),
    ("today(1)", 1),
    ("if(1, 2)", 1),
    ("coalesce(${a}, ${b}, ${c})", 1),
    ("count(1)", 1),
    ("sum(${a} + 1)", 1),
    ("count(.)", 1),
    ("regex(., ${a})", 1),
    ("regex(., 5)", 1),
    ("regex(., '(a')", 1),
    ("regex(., '(?=a)')", 1),
    ("selected(${a}, 'b'", 19),
    ("1000000000000001", 1),
    ("9" * 400, 1),
    ("(" * 40 + "1" + ")" * 40, 31),
    ("-" * 40 + "1", 31),
    ("1" + "+1" * 400, 122),
    (" " * 1001, 1000),
)

# (pattern, texts that it matches, texts that it does not)
PATTERNS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("",), ("a",)),
    ("abc", ("abc",), ("ab", "abcd", "xabc", "ABC")),
    ("^abc$", ("abc",), ("abcd", "^abc$")),
    ("a.c", ("abc", "a.c", "a\nc", "a😀c"), ("ac", "abbc")),
    (r"a\.c", ("a.c",), ("abc",)),
    (r"\d+", ("0", "42"), ("", "4a", "۴۲", "٤٢")),
    (r"\w+", ("aZ_9",), ("é", "م", "a-b", "")),
    (r"\s", (" ", "\t", "\n"), ("\u00a0", "", "  ")),
    ("[abc]", ("a", "c"), ("d", "", "ab")),
    ("[a-f0-9]{4}", ("00ff", "beef"), ("00f", "00fg", "BEEF")),
    ("[^0-9]", ("a", "۴", "\n"), ("5", "")),
    (r"[\d-]+", ("1-2-3",), ("1_2",)),
    ("[-a]+", ("a-a",), ("b",)),
    (r"[\]\\]", ("]", "\\"), ("[",)),
    (r"[a\-z]", ("a", "-", "z"), ("m",)),
    ("[آ-ی]+", ("محنت",), ("abc", "")),
    ("[۰-۹]{2}", ("۱۲",), ("12", "۱")),
    ("colou?r", ("color", "colour"), ("colouur",)),
    ("a*", ("", "a", "aaaa"), ("b", "ab")),
    ("a+b*", ("a", "ab", "aabbb"), ("", "b", "ba")),
    ("a{2}", ("aa",), ("a", "aaa")),
    ("a{2,}", ("aa", "aaaaa"), ("a",)),
    ("a{2,3}", ("aa", "aaa"), ("a", "aaaa")),
    ("a{0}b", ("b",), ("ab",)),
    ("a{0,2}", ("", "aa"), ("aaa",)),
    ("ab|cd", ("ab", "cd"), ("abd", "acd", "abcd")),
    ("a|", ("a", ""), ("b",)),
    ("^a$|^b$", ("a", "b"), ("ab",)),
    ("(ab)+", ("ab", "abab"), ("aba", "")),
    ("(?:ab|c){2}", ("abab", "abc", "cc"), ("ab", "ccc")),
    ("(a|b)*c", ("c", "abbac"), ("ab", "cc")),
    ("(a*)*", ("", "aaa"), ("b",)),
    ("(a|ab)(c|bcd)", ("ac", "abc", "abcd", "abbcd"), ("ab",)),
    ("()*x", ("x",), ("",)),
    (r"[0-9]{5}-[0-9]{7}-[0-9]", ("42101-1234567-1",), ("4210112345671", "42101-1234567-12")),
    (r"\+923[0-9]{9}", ("+923001234567",), ("03001234567",)),
    (r"[12][0-9]{3}-(0[1-9]|1[0-2])", ("2026-11",), ("2026-13", "2026-1")),
    (
        r"[12][0-9]{3}-(0[1-9]|1[0-2])( [12][0-9]{3}-(0[1-9]|1[0-2]))*",
        ("2026-05 2026-06",),
        ("2026-05,2026-06",),
    ),
    # What makes other engines hang.
    ("(a+)+b", ("a" * 50 + "b",), ("a" * 299,)),
    ("(a|a)*b", ("ab",), ("a" * 299,)),
    ("a*a*a*a*a*a*a*a*b", ("aaab",), ("a" * 299,)),
    ("(.*)*x", ("yyx",), ("y" * 300,)),
    (".*", ("x" * 300, ""), ("x" * 301,)),
)
FAULTY_PATTERNS: tuple[str, ...] = (
    "(", ")", "(a", "a)", "[", "[a", "[]", "[^]", "]", "*", "+a", "?", "a**", "a*?", "a+?", "a{", "a{}",
    "a{x}", "a{2", "a{3,2}", "a{101}", "a{,3}", "{2}", "}", "a^b", "a$b", "(^a)", "(a$)", "\\", "\\q", "\\b",
    "\\1", "\\p{L}", "\\u0041", "\\x41", "\\n", "(?=a)", "(?!a)", "(?<n>a)", "(?i)a", "[z-a]", "[[a]]",
    "[a-\\d]", "((((((a))))))", "a" * 201, "((a+)+)+", "((a{100}){100}){100}", "(((a*)*)*)*",
)  # fmt: skip


def _expressions() -> Iterator[dict[str, Any]]:
    for left, right, stands in PAIRS:
        for comparison, value in zip(COMPARISONS, STANDS[stands], strict=True):
            yield {"expression": f"{left} {comparison} {right}", "value": value}
    for expression, value in EXPRESSIONS:
        yield {"expression": expression, "value": value}


def _refusal(read: Callable[[str], object], text: str) -> str:
    """In which words a text is refused; both languages say the same."""
    try:
        read(text)
    except ValueError as error:
        return str(error)
    raise AssertionError(f"{text} is let pass")


def judged(checklist: Checklist, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a set of answers comes to, as JSON."""
    answers = msgspec.convert(given["answers"], list[Answer])
    judgement = judge(checklist, answers, given.get("today", TODAY), given.get("items"))
    told: dict[str, Any] = msgspec.to_builtins(judgement)
    return {**told, "complete": judgement.complete}


def brief(checklist: Checklist, given: Mapping[str, Any]) -> dict[str, Any]:
    """The same, as short as it can be read: places are written as "question" or "question#item"."""
    told = judged(checklist, given)

    def places(member: str) -> str:
        return " ".join(_place(each) for each in told["verdicts"] if each[member])

    return {
        "asked": places("relevant"),
        "required": places("required"),
        "missing": places("missing"),
        "faults": " ".join(f"{_place(each)}:{each['fault']}" for each in told["verdicts"] if each["fault"]),
        "findings": " ".join(f"{_place(each)}:{each['code']}" for each in told["findings"]),
        "complete": told["complete"],
    }


def _place(told: Mapping[str, Any]) -> str:
    return told["question"] if told["item"] is None else f"{told['question']}#{told['item']}"


def shown_checklists() -> dict[str, Checklist]:
    """The checklists that answers are judged by: one that is made for it, and those that are shipped."""
    made = msgspec.convert(checklist_answers.SMALL, Checklist)
    return {each.name: each for each in (made, *checklists.shipped())}


def checked() -> dict[str, Any]:
    """The whole file."""
    known = shown_checklists()
    return {
        "note": note(
            """
            `scope` holds the answers that expressions ask for: `values` one by one, `every` for all items of
            a repeat, `own` the answer itself, in the shape in which answers travel. A pattern means the whole
            text. Checklists stand in `made`, or by their name in field/inspections/shipped_checklists.
            """
        ),
        "scope": {"values": VALUES, "every": EVERY, "own": "the answer", "today": TODAY},
        "expressions": list(_expressions()),
        "faulty": [
            {"expression": expression, "at": at, "words": _refusal(parse, expression)}
            for expression, at in FAULTY
        ],
        "patterns": [{"pattern": each, "matches": list(yes), "not": list(no)} for each, yes, no in PATTERNS],
        "faulty_patterns": [
            {"pattern": each, "words": _refusal(patterns.read, each)} for each in FAULTY_PATTERNS
        ],
        "made": checklist_answers.SMALL,
        "judged": [
            {**given, "expect": judged(known[given["checklist"]], given)} for given in checklist_answers.SETS
        ],
        "inspections": [
            {**given, "expect": brief(known[given["checklist"]], given)} for given in full_answers.SETS
        ],
        "fills": [
            {
                "checklist": given["checklist"],
                "report": given["report"],
                "answers": from_report(known[given["checklist"]], given["report"]),
                "back": to_report(
                    known[given["checklist"]], from_report(known[given["checklist"]], given["report"])
                ),
            }
            for given in (*checklist_answers.REPORTS, *full_answers.REPORTS)
        ],
    }
