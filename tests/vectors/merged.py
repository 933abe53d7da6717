"""Vectors of merging: sets of writes and, worked out by hand from the page, what a field shows of them.

Nothing here asks the merge what it thinks, so that the file can be held against it in any language. The
browser has no merge rule on purpose: it shows what the office sends with its own pending changes laid over.
"""

from typing import Any

from tests.vectors.common import DEVICE, OTHER_DEVICE, id_of, note

A, B, C, D = (id_of(number) for number in (201, 202, 203, 204))


def _write(id: str, t: int, field: str, value: Any, **more: Any) -> dict[str, Any]:
    """One change of one field; `over` and `was` are the field's."""
    given: dict[str, Any] = {"id": id, "t": t, "device": DEVICE, "seq": int(id[-3:]), "set": {field: value}}
    for member in ("over", "was"):
        if member in more:
            given[member] = {field: more.pop(member)}
    return {**given, **more}


def _case(
    name: str, field: str, writes: list[dict[str, Any]], shows: Any, live: list[str], **more: Any
) -> dict[str, Any]:
    kinds = {"wage_rs": "wage_line", "remarks": "wage_line", "cnic": "wage_line"}
    kind = kinds.get(field, "visit")
    return {
        "name": name,
        "kind": kind,
        "field": field,
        "writes": writes,
        "shows": shows,
        "live": live,
        "disputed": False,
        **more,
    }


def merged() -> dict[str, Any]:
    """Every rule, with what is easily got wrong about it."""
    wage, remark = "wage_rs", "remarks"
    two = [_write(A, 5, wage, 30_000), _write(B, 3, wage, 32_000)]
    place = [_write(A, 5, wage, 1), _write(B, 5, wage, 2, device=OTHER_DEVICE, seq=1)]
    taken = [_write(A, 1, wage, 1), _write(B, 2, wage, 2, over=[A]), _write(C, 3, wage, 3, over=[A])]
    cases = [
        _case("review: the earliest, in dispute", wage, two, 32_000, [A, B], disputed=True),
        _case(
            "review: equal values do not differ", wage, [two[0], _write(B, 3, wage, 30_000)], 30_000, [A, B]
        ),
        _case("review: who saw it replaces it", wage, [two[0], _write(B, 9, wage, 1, over=[A])], 1, [B]),
        _case(
            "review: replaced by a write that is earlier by its t",
            wage,
            [two[0], _write(B, 3, wage, 1, over=[A])],
            1,
            [B],
        ),
        _case("review: of one t the lesser device is first", wage, place, 1, [A, B], disputed=True),
        _case(
            "review: of one t and device the lesser seq is first",
            wage,
            [_write(A, 5, wage, 1, seq=9), _write(B, 5, wage, 2, seq=8)],
            2,
            [A, B],
            disputed=True,
        ),
        _case(
            "review: a decision closes what it saw, and no more",
            wage,
            [*two, _write(C, 9, wage, 31_000, over=[A, B]), _write(D, 8, wage, 40_000)],
            40_000,
            [C, D],
            disputed=True,
        ),
        _case("review: what two replaced is gone once", wage, taken, 2, [B, C], disputed=True),
        _case(
            "review: an emptied value is a value",
            wage,
            [two[0], _write(B, 6, wage, None, over=[A])],
            None,
            [B],
        ),
        _case("review: taken back, what it had replaced comes back", wage, taken, 1, [A], undone=[B, C]),
        _case(
            "review: taken back, what another wrote stays beside it",
            wage,
            [*taken[:2], _write(C, 3, wage, 3, over=[B])],
            1,
            [A, C],
            disputed=True,
            undone=[B],
        ),
        _case(
            "latest: by t, never a conflict",
            remark,
            [_write(A, 7, remark, "later"), _write(B, 3, remark, "sooner")],
            "later",
            [A, B],
        ),
        _case(
            "earliest: the least, whoever wrote first",
            "check_in_ms",
            [_write(A, 1, "check_in_ms", 900), _write(B, 2, "check_in_ms", 800)],
            800,
            [A, B],
        ),
        _case(
            "earliest: what was replaced does not count",
            "check_in_ms",
            [_write(A, 1, "check_in_ms", 800), _write(B, 2, "check_in_ms", 900, over=[A])],
            900,
            [B],
        ),
        _case(
            "furthest: the greatest; empty is none",
            "check_out_ms",
            [
                _write(A, 3, "check_out_ms", 800),
                _write(B, 1, "check_out_ms", 900),
                _write(C, 2, "check_out_ms", None),
            ],
            900,
            [A, B, C],
        ),
        _case(
            "add: what each added, the replaced too",
            "minutes_on_site",
            [
                _write(A, 1, "minutes_on_site", 30),
                _write(B, 2, "minutes_on_site", 45, over=[A], was=30),
                _write(C, 3, "minutes_on_site", 40, over=[A], was=30),
            ],
            55,
            [B, C],
        ),
        _case(
            "union: every element of a live write, sorted",
            "documents_seen",
            [_write(A, 1, "documents_seen", ["R-5", "C-1"]), _write(B, 2, "documents_seen", ["C-1", "B"])],
            ["B", "C-1", "R-5"],
            [A, B],
        ),
        _case(
            "union: taken out by who saw it",
            "documents_seen",
            [
                _write(A, 1, "documents_seen", ["R-5", "C-1"]),
                _write(B, 2, "documents_seen", ["C-1"], over=[A]),
            ],
            ["C-1"],
            [B],
        ),
        _case(
            "steps: forward, whatever the order of capture",
            "status",
            [_write(A, 5, "status", "started"), _write(B, 3, "status", "done")],
            "done",
            [A, B],
        ),
        _case(
            "steps: two ends are a question",
            "status",
            [
                _write(A, 5, "status", "refused"),
                _write(B, 3, "status", "done"),
                _write(C, 1, "status", "started"),
            ],
            "done",
            [A, B, C],
            disputed=True,
        ),
        _case(
            "server: the latest",
            "inspector",
            [_write(A, 5, "inspector", id_of(31)), _write(B, 6, "inspector", id_of(32))],
            id_of(32),
            [A, B],
        ),
    ]
    told = """
        What a field shows of a set of writes, in whatever order they arrive; `undone` are taken back by the
        office. The browser's tablet has no merge rule, and so does not read this file.
    """
    return {"note": note(told), "cases": cases}
