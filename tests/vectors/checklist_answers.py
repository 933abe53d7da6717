"""A small checklist made for the vectors, and sets of answers to it and to those that are shipped."""

from collections.abc import Mapping
from typing import Any


def words(text: str) -> dict[str, str]:
    """A text in all three languages, where the language does not matter."""
    return {"en": text, "ur": f"{text} (ur)", "sd": f"{text} (sd)"}


def choices(*names: str) -> list[dict[str, Any]]:
    """A list of choices."""
    return [{"name": name, "label": words(name)} for name in names]


SMALL: Mapping[str, Any] = {
    "id": "small",
    "version": 1,
    "valid_from": "2026-01-01",
    "valid_to": None,
    "title": words("Small"),
    "legal_basis": "made for tests",
    "confirmed": True,
    "note": "",
    "choices": {
        "yes_no": choices("yes", "no"),
        "records": choices("wage_register", "attendance_register", "Form_C-1_schedules"),
    },
    "questions": [
        {
            "name": "refused",
            "type": "select_one",
            "choices": "yes_no",
            "label": words("Refused?"),
            "required": "true",
            "fills": "records_refused",
            "findings": [
                {
                    "when": ". = 'yes'",
                    "code": "refused",
                    "sentence": words("Records were refused."),
                    "section": "section to be confirmed",
                    "sure": "certain",
                }
            ],
        },
        {
            "name": "heads",
            "type": "group",
            "label": words("People"),
            "relevant": "${refused} != 'yes'",
        },
        {
            "name": "men",
            "group": "heads",
            "type": "integer",
            "label": words("Men"),
            "required": "true",
            "constraint": ". >= 0",
            "constraint_message": words("0 or more"),
            "fills": "headcount.men",
        },
        {
            "name": "women",
            "group": "heads",
            "type": "integer",
            "label": words("Women"),
            "required": "${men} != ''",
            "constraint": ". >= 0",
            "constraint_message": words("0 or more"),
            "fills": "headcount.women",
        },
        {
            "name": "covered",
            "group": "heads",
            "type": "integer",
            "label": words("Covered"),
            "constraint": ". <= ${men} + ${women}",
            "constraint_message": words("not more than were counted"),
            "findings": [
                {
                    "when": ". < ${men} + ${women}",
                    "code": "not-covered",
                    "sentence": words("Fewer are covered than were counted."),
                    "section": "s.1(3)",
                }
            ],
        },
        {
            "name": "records",
            "group": "heads",
            "type": "select_multiple",
            "choices": "records",
            "label": words("Records"),
            "fills": "records_produced",
        },
        {
            "name": "interviews",
            "type": "repeat",
            "label": words("Workers"),
            "relevant": "${men} + ${women} > 0",
        },
        {
            "name": "told_name",
            "group": "interviews",
            "type": "text",
            "label": words("Name"),
            "personal": True,
        },
        {
            "name": "card",
            "group": "interviews",
            "type": "select_one",
            "choices": "yes_no",
            "label": words("Card?"),
            "required": "true",
        },
        {
            "name": "since",
            "group": "interviews",
            "type": "date",
            "label": words("Since"),
            "relevant": "${card} = 'no'",
            "constraint": ". <= today()",
            "constraint_message": words("not after today"),
            "findings": [
                {
                    "when": "today() - . > 90",
                    "code": "long-without-card",
                    "sentence": words("Somebody has worked long without a card."),
                    "section": "section to be confirmed",
                    "sure": "possible",
                }
            ],
        },
        {
            "name": "wage",
            "group": "interviews",
            "type": "decimal",
            "label": words("Wage"),
        },
        {
            "name": "interviews_note",
            "type": "note",
            "label": words("Few were asked"),
            "relevant": "count(${interviews}) < 3",
            "findings": [
                {
                    "when": "count(${card}) > 0 and sum(${wage}) < 100 * count(${wage})",
                    "code": "low-wages",
                    "sentence": words("The wages told are low."),
                    "section": "section to be confirmed",
                }
            ],
        },
        {
            "name": "phone",
            "type": "text",
            "label": words("Phone"),
            "constraint": "regex(., '\\+923[0-9]{9}')",
            "constraint_message": words("+923 and nine digits"),
            "findings": [
                {
                    "when": "not(selected(., '+923000000000'))",
                    "code": "another-phone",
                    "sentence": words("The phone is another."),
                    "section": "section to be confirmed",
                    "sure": "possible",
                }
            ],
        },
        {"name": "months", "type": "text", "label": words("Months"), "fills": "months_checked"},
        {"name": "picture", "type": "photo", "label": words("Picture")},
        {"name": "signed", "type": "signature", "label": words("Signature")},
    ],
}


def answers(**given: Any) -> list[dict[str, Any]]:
    """Answers to questions that stand in no repeat."""
    return [{"question": name, "value": value} for name, value in given.items()]


def item(name: str, **given: Any) -> list[dict[str, Any]]:
    """The answers in one item of a repeat."""
    return [{"question": question, "value": value, "item": name} for question, value in given.items()]


def small(name: str, *given: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A set of answers to the small checklist."""
    return {
        "name": name,
        "checklist": "small@1",
        "answers": [each for part in given for each in part],
        **more,
    }


COUNTED = answers(refused="no", men=4, women=1)
SETS: list[dict[str, Any]] = [
    small("nothing is answered yet"),
    small("refused: nothing else is asked", answers(refused="yes", men=4, women=2, covered=9)),
    small("all are covered", COUNTED, answers(covered=5)),
    small("two are not covered", COUNTED, answers(covered=3)),
    small("more are covered than there are", COUNTED, answers(covered=6)),
    small("a number is missing and wanted", answers(refused="no", men=4)),
    small("nobody is there", answers(refused="no", men=0, women=0, covered=0), items={"interviews": ["a"]}),
    small("a head-count below zero", answers(refused="no", men=-1, women=2)),
    small("a half man", answers(refused="no", men=1.5, women=2)),
    small("a whole number with a point", answers(refused="no", men=2.0, women=2)),
    small("numbers as text are no numbers", answers(refused="no", men="۴", women="1")),
    small("a number beyond all measure", answers(refused="no", men=1e16, women=1)),
    small("an answer beyond the choices", answers(refused="perhaps")),
    small("a yes where a choice is asked", answers(refused=True)),
    small("blank text is no answer", answers(refused=" ", phone="  ", months=[])),
    small("records of other names, and one twice", COUNTED, answers(records=["wage_register", "diary"])),
    small("the same record twice", COUNTED, answers(records=["wage_register", "wage_register"])),
    small("a choice where several are asked", COUNTED, answers(records="wage_register")),
    small(
        "three workers are asked",
        COUNTED,
        item("a", card="yes", told_name="Worker 1", wage=150.5),
        item("b", card="no", since="2026-08-23", wage=100),
        item("c", card="no", since="2026-08-24", wage=100),
    ),
    small("one worker is asked, who earns little", COUNTED, item("a", card="yes", wage=99.99)),
    small("a worker without any answer", COUNTED, items={"interviews": ["a", "b"]}),
    small(
        "a sealed name, and a sealed answer where one is wanted",
        COUNTED,
        [
            {"question": "told_name", "item": "a", "sealed": True},
            {"question": "card", "item": "a", "sealed": True},
        ],
        item("b", told_name="Worker 2"),
    ),
    small("a date that has not come", COUNTED, item("a", card="no", since="2026-11-23")),
    small("a date that is none", COUNTED, item("a", card="no", since="2026-02-30")),
    small("a date that is no longer asked for", COUNTED, item("a", card="yes", since="2020-01-01")),
    small("a worker where nobody works", answers(refused="no", men=0, women=0), item("a", card="yes")),
    small("two answers that differ", COUNTED, answers(covered=3), answers(covered=4)),
    small("two answers that agree", COUNTED, answers(covered=3), answers(covered=3.0)),
    small("answers that nobody asked for", COUNTED, answers(colour="blue", card="yes"), item("x", men=3)),
    small("a phone as it should be", COUNTED, answers(phone="+923001234567")),
    small("a phone as it should not be", COUNTED, answers(phone="0300-1234567")),
    small("pictures and signatures", COUNTED, answers(picture="photo-1", signed=7)),
    small("months", COUNTED, answers(months=["2026-05", "2026-06"])),
    small("months as a text", COUNTED, answers(months="2026-05")),
    small("on another day", COUNTED, item("a", card="no", since="2026-08-23"), today="2026-11-21"),
]

REPORTS: list[dict[str, Any]] = [
    {"checklist": "small@1", "report": {}},
    {
        "checklist": "small@1",
        "report": {
            "visit": "v",
            "headcount": {"men": 4, "women": 1, "total": 5},
            "records_refused": False,
            "records_produced": ["wage register", "Form C-1 schedules"],
            "months_checked": ["2026-06", "2026-05"],
            "person_met": "Manager",
        },
    },
    {"checklist": "small@1", "report": {"headcount": None, "records_refused": True, "months_checked": None}},
]
