"""Which test cells can be judged from outside is found in their text, and so is what the judge must run for them."""

from __future__ import annotations

import pytest
from notebooks import notebook

from autograder.judgeable import names_read, setup_code, used_by_functions, why_not, without_ignored_lines
from autograder.source import Kind, SourceCell, SourceNotebook, remote_names


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("%timeit f(1)\nassert f(1)", "IPython magic"),
        ("!ls\nassert f(1)", "IPython magic"),
        ("assert (", "not valid Python"),
        ("assert get_ipython()", "the learner's kernel (get_ipython)"),
        ("assert 'f' in In[1]", "the learner's kernel (In)"),
        ("assert Out[3] == 1", "the learner's kernel (Out)"),
        ("assert _ih", "the learner's kernel (_ih)"),
        ("assert 'x' in globals()", "namespace (globals)"),
        ("def check():\n    return locals()", "namespace (locals)"),
        ("assert 'x' in dir()", "namespace (dir)"),
        ("import inspect\nassert 'for' in inspect.getsource(f)", "source (getsource)"),
        ("from inspect import signature\nsignature(f)", "source (signature)"),
        ("assert f.__code__.co_argcount == 1", "a function of the learner (__code__)"),
        ("assert f.__doc__", "a function of the learner (__doc__)"),
        ("assert f.__defaults__ == (1,)", "a function of the learner (__defaults__)"),
        ("plt.gcf()", "figures of the learner's process (gcf)"),
    ],
)
def test_what_can_not_be_judged_from_outside_is_named(code: str, reason: str) -> None:
    assert reason in why_not(code)


@pytest.mark.parametrize(
    "code",
    [
        "assert f(1) == 1",
        "%matplotlib inline\nassert f(1) == 1",
        "if True:\n  %config InlineBackend.figure_format = 'svg'\nassert f(1)",
        "%load_ext autoreload\n%autoreload 2\nassert f(1)",
        "text = '''\n%timeit\n!ls\n'''\nassert f(text)",
        "class In:\n    pass\nOut = 1\nassert obj.dir() and obj.globals()",
        "def signature_of(x):\n    return x\nassert f.__name__",
        "",
    ],
)
def test_what_can_be_judged_is_not_held_up(code: str) -> None:
    assert why_not(code) == ""


def test_ignored_lines_keep_the_numbers_of_the_others() -> None:
    code = "%matplotlib inline\nif True:\n    %autoreload 2\nassert f(1)"
    assert without_ignored_lines(code) == "pass\nif True:\n    pass\nassert f(1)"


def test_the_instructors_own_code_is_run_and_the_learners_is_not() -> None:
    source = notebook(
        ("locked", "import numpy as np\nTOLERANCE = 1e-3"),
        ("solution", "import math\nfrom os import path\ndef f(x):\n    import json\n    return x"),
        ("plain", "f(10)"),
        ("plain", "print('hello')"),
        ("plain", "table = f(3)"),
        ("test", "assert f(1) == table[row]"),
        ("manual", "import cmath\ng = f"),
        ("plain", "f = wrap(f)"),
        ("locked", "table = f(4)"),
    )
    pieces = setup_code(source, remote_names(source))
    assert [(piece.index, piece.code) for piece in pieces] == [
        (0, "\nTOLERANCE = 1e-3"),
        (1, "import math\nfrom os import path"),
        (3, "print('hello')"),
        (4, "table = f(3)"),
        (6, "import cmath"),
    ]
    assert [piece.bound_by_learner for piece in pieces] == [set(), {"f"}, set(), set(), {"g"}]


def test_a_plot_of_the_learners_result_is_not_drawn_again() -> None:
    source = notebook(
        ("solution", "def f(x):\n    return x"),
        ("plain", "half = 0.5"),
        ("plain", "def scaled(x):\n    return half * f(x)"),
        ("plain", "figure = draw(f)\n"),
        ("locked", "rows = scaled(3)"),
        ("test", "assert rows"),
        ("plain", "def scaled(x):\n    return f(x)\nprint(scaled(1))"),
    )
    assert [piece.index for piece in setup_code(source, remote_names(source))] == [0, 1, 2, 4]


def test_what_functions_of_the_solution_read_and_rebind_is_found() -> None:
    source = notebook(
        ("locked", "def helper():\n    return ignored"),
        (
            "solution",
            "limit = 3\nseen = 0\nexpected = helper()\n"
            "def f(x, local=default):\n    global seen\n    seen += 1\n    own = x\n"
            "    return [own + limit for _ in x]\n"
            "class C:\n    size = width\n    def m(self):\n        return lambda: self.n + depth\n",
        ),
        ("solution", "%matplotlib inline\ndef g():\n    return f(1)"),
        ("solution", "def broken(:"),
    )
    read, rebound = used_by_functions(source)
    assert {"limit", "seen", "depth", "f"} <= read
    assert not {"expected", "own", "x", "local", "ignored", "default"} & read
    assert rebound == {"seen"}


def test_names_are_found_at_any_depth() -> None:
    assert names_read("def t():\n    return [f(x) for x in y]\n%magic") >= {"f", "x", "y"}
    assert names_read("def (") == frozenset()


def test_the_judge_imports_only_what_tests_and_solutions_mention() -> None:
    def cell(kind: Kind, code: str) -> SourceCell:
        return SourceCell(kind, "code", kind.value, 1.0, True, kind.value, code, code, {}, "")

    cells = (
        cell(
            Kind.LOCKED,
            "import matplotlib.pyplot as plt\nimport numpy as np\nfrom math import (\n    pi,\n)\nimport os, re",
        ),
        cell(Kind.SOLUTION, "def area(r):\n    return pi * r**2"),
        cell(Kind.PLAIN, "plt.plot(area(np.arange(3)))"),
        cell(Kind.TEST, "assert np.isclose(area(1), 3.14159) and re"),
    )
    source = SourceNotebook("n", "python", cells, {})
    setup = setup_code(source, remote_names(source))[0]
    assert setup.code.split() == [
        "import",
        "numpy",
        "as",
        "np",
        "from",
        "math",
        "import",
        "(",
        "pi,",
        ")",
        "import",
        "os,",
        "re",
    ]
    assert len(setup.code.splitlines()) == 6
