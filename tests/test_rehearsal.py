"""An author's checks, run in this process on functions that are trusted."""

from notebooks import notebook

from autograder.rehearsal import Rehearsal, unwritten
from autograder.testing import seeds

SOURCE = notebook(
    ("locked", "import random\n%matplotlib inline\nFACTOR = 2"),
    ("solution", "def double(x):\n    return x * FACTOR"),
    ("solution", "def quadruple(x):\n    return double(double(x))"),
    ("test", "assert double(3) == 6\nassert quadruple(1) == 4"),
    ("plain", "1 / 0"),
    ("test", "assert quadruple(x=[1]) == [1, 1, 1, 1]"),
)


def test_the_solution_passes_its_own_checks() -> None:
    assert Rehearsal(SOURCE).run() == {"c3": None, "c5": None}
    assert Rehearsal(SOURCE).grade_ids == ("c3", "c5")


def test_a_function_in_its_place_is_what_the_checks_and_other_functions_call() -> None:
    outcomes = Rehearsal(SOURCE).run({"double": lambda x: x + x})
    assert outcomes == {"c3": None, "c5": None}
    outcomes = Rehearsal(SOURCE).run({"double": lambda x: x})
    assert isinstance(outcomes["c3"], AssertionError)
    assert isinstance(outcomes["c5"], AssertionError)
    assert isinstance(Rehearsal(SOURCE).run({"quadruple": unwritten})["c5"], NotImplementedError)


def test_one_run_leaves_nothing_to_the_next() -> None:
    rehearsal = Rehearsal(SOURCE)
    rehearsal.run({"double": unwritten})
    assert rehearsal.run() == {"c3": None, "c5": None}


def test_only_the_checks_that_are_asked_for_run() -> None:
    assert Rehearsal(SOURCE).run(only=["c5"]) == {"c5": None}


def test_the_calls_of_the_checks_are_found_and_not_those_within_calls() -> None:
    made = [(item.grade_id, item.function, item.call.args, item.call.kwargs) for item in Rehearsal(SOURCE).calls()]
    assert made == [
        ("c3", "double", (3,), {}),
        ("c3", "quadruple", (1,), {}),
        ("c5", "quadruple", (), {"x": [1]}),
    ]


def test_a_recorded_call_keeps_the_arguments_as_they_were() -> None:
    source = notebook(
        ("solution", "def clear(x):\n    x.clear()"),
        ("test", "x = [1, 2]\nclear(x)\nassert x == []"),
    )
    (made,) = Rehearsal(source).calls()
    assert made.call.args == ([1, 2],)


def test_the_seed_is_the_checks_own() -> None:
    source = notebook(
        ("solution", "def f(x):\n    return x"),
        ("test", "from autograder import testing\nassert f(testing.seeds('a', 1)[0])"),
    )
    made = [Rehearsal(source).calls(seed)[0].call.args[0] for seed in ("", "", "ab")]
    assert made[0] == made[1] == seeds("a", 1)[0]
    assert made[0] != made[2]


def test_the_default_cases_are_what_gates_ask() -> None:
    source = notebook(
        ("solution", "def f(x):\n    return x"),
        (
            "test",
            "from autograder import testing\nfrom autograder.testing import call\n"
            "testing.gate(f, f, call(1), call(2))\ntesting.agrees(f, f, call(3))",
        ),
    )
    assert [(name, call.args) for name, call in Rehearsal(source).default_cases()] == [("f", (1,)), ("f", (2,))]
    assert Rehearsal(source).run() == {"c1": None}
