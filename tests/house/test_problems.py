"""What a person and a program are told when something goes wrong."""

import pickle

import pytest

from field.problems import Problem


def test_a_problem_has_the_shape_of_rfc_9457() -> None:
    problem = Problem("busy", "Too many tablets send at once. It tries again by itself.", retry_after_s=30)
    assert problem.as_dict() == {
        "type": "/problems/busy",
        "title": "The server is busy",
        "status": 503,
        "detail": "Too many tablets send at once. It tries again by itself.",
        "code": "busy",
        "retry_after_s": 30,
    }


def test_a_code_that_nobody_declared_is_refused() -> None:
    with pytest.raises(KeyError):
        Problem("no-such-code", "")


def test_an_extra_member_cannot_hide_the_status() -> None:
    with pytest.raises(ValueError, match="status"):
        Problem("busy", "", status=200)


def test_a_problem_survives_the_way_between_two_processes() -> None:
    problem = pickle.loads(pickle.dumps(Problem("too-large", "Send it in parts.", bytes_max=10)))
    assert problem.as_dict()["bytes_max"] == 10
