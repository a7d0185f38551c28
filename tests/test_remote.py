"""A test cell's view of a learner's process: a real one, over a real socket. Only the sandbox around it is left out."""

from __future__ import annotations

import ast
import contextlib
import io
import random
import socket
import textwrap
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.line import Budget, LearnerFault, Line
from autograder.names import bound_names
from autograder.namespace import RemoteNames, RemoteNamespace
from autograder.remote import Gate, Handle, RemoteFunction
from autograder.sandbox import Level, start_worker
from autograder.sandboxed import wire
from autograder.testcell import compiled
from autograder.verdict import Outcome
from autograder.warm import Zygote


class Side:
    """A learner's process after its cell has run, and the namespace of the test cells that look at it."""

    def __init__(self, zygote: Zygote, code: str, read: str = "", rebound: str = "", cell_cpu: float = 5.0) -> None:
        self.zygote, self.code = zygote, textwrap.dedent(code)
        self.budget = Budget(cell_cpu, cell_wall=20, total_cpu=60, total_wall=60, started=time.monotonic())
        self.gate = Gate(self.connect())
        names = RemoteNames(bound_names(self.code), frozenset(read.split()), frozenset(rebound.split()))
        self.names = RemoteNamespace(self.gate, names)
        self.learn(self.code)

    def connect(self) -> Line:
        (wire_end, wire), (monitor_end, monitor) = socket.socketpair(), socket.socketpair()
        with wire, monitor:
            self.zygote.spawn([wire.fileno(), monitor.fileno()], b"")
        self.line = Line(wire_end, monitor_end, self.budget)
        return self.line

    def learn(self, code: str) -> None:
        self.line.begin_cell()
        reply = self.line.request("cell", textwrap.dedent(code), True)
        assert reply[:2] == ["cell", True], reply

    def there(self, expression: str) -> Any:
        """A value on the learner's side, past the namespace."""
        self.learn(f"__seen = {expression}")
        return self.gate.decode(self.gate.ask("get", "__seen")[1])

    def test(self, code: str) -> None:
        self.line.begin_cell()
        exec(compiled(textwrap.dedent(code), "<test>", "exec"), self.names)
        self.names.push_bindings(at_end=True)

    def value(self, code: str) -> Any:
        self.line.begin_cell()
        return eval(compiled(ast.parse(code, mode="eval"), "<test>", "eval"), self.names)

    def fault(self, code: str) -> LearnerFault:
        """What decides the outcome of a cell that keeps every exception to itself."""
        with contextlib.suppress(LearnerFault):
            self.test(f"try:\n{textwrap.indent(textwrap.dedent(code), '    ')}\nexcept BaseException:\n    pass")
        assert self.line.fault is not None, "nothing was recorded"
        return self.line.fault


class There:
    def __init__(self, zygote: Zygote) -> None:
        self._zygote, self._sides = zygote, list[Side]()

    def __call__(self, code: str, **options: Any) -> Side:
        self._sides.append(Side(self._zygote, code, **options))
        return self._sides[-1]

    def close(self) -> None:
        for side in self._sides:
            side.line.close()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with start_worker(Level.NONE) as started:
        yield started


@pytest.fixture
def there(zygote: Zygote) -> Iterator[There]:
    one = There(zygote)
    yield one
    one.close()


# --- names ----------------------------------------------------------------------------------------------------


def test_names_are_read_by_value_wherever_a_cell_can_read_them(there: There) -> None:
    side = there("data = [1, 2]\ndef double(x):\n    return 2 * x")
    side.names.prefill(frozenset({"data", "double", "elsewhere"}))
    side.test("""
        def inner():
            return [double(x) for x in data]

        class Body:
            found = double(len(data))

        assert inner() == [2, 4]
        assert Body.found == 4
        assert (lambda: data)() == [1, 2]
        assert eval("double(3)") == 6
    """)


def test_a_name_that_did_not_change_is_the_same_object_again(there: There) -> None:
    side = there("data = [1, 2]\none = 1")
    side.test("first = data\nassert data is first")
    side.learn("data.append(3); one = True")
    side.test("assert data is not first and data == [1, 2, 3]\nassert one is True")


def test_names_of_the_learner_that_the_source_does_not_bind_are_not_seen(there: There) -> None:
    side = there("def double(x):\n    return 2 * x")
    side.learn("helper = len = 1")
    with pytest.raises(NameError):
        side.test("helper")
    assert side.value("len([1])") == 1


@pytest.mark.parametrize("name", ["missing", "sorted"])
def test_a_missing_name_satisfies_no_test_and_is_no_builtin(there: There, name: str) -> None:
    side = there(f"def {name}(x):\n    return x\ndef other():\n    pass")
    side.learn(f"del {name}")
    for code in (f"{name}([2, 1])", f"(lambda: {name})()", f"del {name}"):
        fault = side.fault(code)
        assert (fault.outcome, fault.message) == (Outcome.MISSING, f"the notebook defines no {name} (found: other)")


REBINDING = """
    def squares(n):
        return [i * i for i in range(n)]

    def total(n):
        return sum(squares(n))
"""


def test_a_function_that_a_test_deletes_or_rebinds_is_gone_or_another_there(there: There) -> None:
    side = there(REBINDING, read="squares")
    side.test("""
        original = squares
        del squares
        try:
            total(3)
        except NameError:
            pass
        else:
            raise AssertionError("still there")
        squares = lambda n: [n]
        assert total(7) == 7
        squares = original
    """)
    assert side.value("total(3)") == 5


def test_global_in_a_function_of_the_test_rebinds_too(there: There) -> None:
    side = there(REBINDING, read="squares")
    side.test("""
        def replace():
            global squares
            squares = lambda n: [n, n]

        def remove():
            global squares
            del squares

        replace()
        assert total(2) == 4
        remove()
        try:
            total(2)
        except NameError:
            pass
        else:
            raise AssertionError("still there")
    """)


COLLISION = """
    expected = 0

    def answer():
        return globals()["expected"]
"""


def test_what_a_test_expects_is_not_shown_to_a_function_that_does_not_read_it(there: There) -> None:
    side = there(COLLISION)
    side.test("expected = 42\nassert answer() == 0\nassert expected == 42")
    assert side.there("expected") == 42, "when the cell is over it is bound as in one kernel"


def test_what_a_test_binds_is_never_asked_back(there: There) -> None:
    side = there(COLLISION, read="expected")
    side.test("expected = 42\nassert answer() == 42")
    side.learn("expected = 7")
    assert side.value("expected") == 42, "another test cell, and no solution cell in between"
    side.names.release(frozenset({"expected"}))
    assert side.value("expected") == 7


def test_a_name_that_functions_of_the_solution_rebind_is_asked_again(there: There) -> None:
    side = there("count = 0\ndef step():\n    global count\n    count += 1", read="count", rebound="count")
    side.test("count = 5\nstep()\nassert count == 6")


def test_what_can_not_be_sent_stays_the_tests_own(there: There) -> None:
    side = there("expected = 0\ndef answer():\n    return expected", read="expected")
    side.test("expected = open('/dev/null')\nassert answer() == 0\nexpected.close()")


def test_reading_a_name_that_raises_is_a_fault_and_no_missing_name(there: There) -> None:
    side = there("sorted = 1")
    side.learn("""
        import gc
        session = next(item for item in gc.get_objects() if type(item).__name__ == "Session")

        def get(self, name):
            raise KeyError(name)

        type(session)._do_get = get
    """)
    fault = side.fault("sorted([1])")
    assert (fault.outcome, fault.message) == (Outcome.RAISED, "looking at sorted raised KeyError")


# --- values and objects ---------------------------------------------------------------------------------------


def test_arguments_and_answers_travel_as_they_are(there: There) -> None:
    side = there("def same(x, *rest, **more):\n    return x, rest, more")
    rng = np.random.default_rng(3)
    rng.normal()
    got = side.value("same")([1, (2.5, None)], {"a": {1}}, key=np.arange(3.0))
    assert got[:2] == ([1, (2.5, None)], ({"a": {1}},))
    assert got[2]["key"].tolist() == [0, 1, 2]
    draw = there("def draw(rng, kind, size, f):\n    return rng.normal(size=size).astype(kind), f(4.0), f.__name__")
    numbers, root, name = draw.value("draw")(rng, np.dtype("float32"), 2, np.sqrt)
    assert numbers.tolist() == rng.normal(size=2).astype("float32").tolist()
    assert (root, name, numbers.dtype) == (2.0, "sqrt", np.float32)


ODD = """
    import numpy as np

    class Number(float):
        def __eq__(self, other):
            return True

        public = 5
        _hidden = 6

        def grow(self, by):
            return Number(self + by)

    class Pointer:
        __array_interface__ = {"shape": (1,), "typestr": "<f8", "data": (4096, False), "version": 3}

        def __array__(self, *args, **kwargs):
            return np.zeros(1)

    number, pointer, masked = Number(1), Pointer(), np.ma.masked_array([1.0], mask=[True])
"""


@pytest.mark.parametrize(
    "code",
    [
        "number == 1", "number != 1", "1 == number", "number < 1", "1 <= number", "[number] == [1]", "number in [1]",
        "bool(number)", "not number", "len(number)", "number[0]", "1 in number", "float(number)", "int(number)",
        "complex(number)", "bytes(number)", "str(number)", "f'{number}'", "'%s' % number", "range(number)",
        "number + 1", "1 - number", "number ** 2", "divmod(number, 2)", "number @ number", "-number", "abs(number)",
        "round(number)", "import math; math.floor(number)", "number << 1", "number | 1",
        "next(number)", "reversed(number)",
        "with number: pass", "import copy; copy.copy(number)", "import copy; copy.deepcopy([number])",
        "import pickle; pickle.dumps(number)", "number._hidden", "number.public = 1", "del number.public",
        "number[0] = 1", "del number[0]", "issubclass(int, Number)",
        "import numpy; numpy.allclose(number, 1)", "import numpy; numpy.asarray(pointer, dtype=float)",
        "import numpy; numpy.add(pointer, 1)", "import numpy; numpy.ones(1) * masked", "masked - 1.0",
        "import numpy; numpy.array_equal(masked, [1.0])", "import numpy; numpy.sum(pointer) == 0",
        "import numpy; numpy.testing.assert_allclose(masked, [1.0])", "list(map(float, [number]))",
        "sorted([number, number])", "sum([number])",
    ],
)  # fmt: skip
def test_an_object_refuses_to_act_as_plain_data(there: There, code: str) -> None:
    fault = there(ODD).fault(code)
    assert fault.outcome is Outcome.FAILED
    assert " came where plain data was expected" in fault.message
    assert fault.cause.startswith("refused: ")


def test_numpy_never_reads_memory_through_an_object(there: There) -> None:
    side = there(ODD)
    array = np.asarray(side.value("pointer"))
    assert (array.dtype, array.shape) == (object, ())
    assert isinstance(array[()], Handle)
    for code in ("numpy.add(pointer, 1)", "numpy.sum(pointer)", "numpy.zeros(1) + pointer"):
        assert side.fault(f"import numpy\n{code}").cause == "refused: use by numpy of a Pointer"


def test_an_objects_public_attributes_and_methods_can_be_used(there: There) -> None:
    side = there(ODD)
    side.test("""
        assert number.public == 5
        assert isinstance(number, Number) and not isinstance(1.0, Number)
        assert number.grow(2).public == 5
        assert not hasattr(number, "nothing") and not hasattr(number, "__array_interface__")
        assert number is number and number != pointer and number == number
        assert "Number, a subclass of float" in repr(number)
    """)


def test_what_an_object_is_called_says_why_it_is_no_plain_data(there: There) -> None:
    side = there("""
        import numpy as np
        from collections import namedtuple
        objects, half = np.array([None]), np.longdouble(1)
        class Liar:
            __class__ = list
        liar, point = Liar(), namedtuple("point", "x y")(1, [2])
    """)
    assert "ndarray of dtype object" in side.fault("objects == 1").message
    assert "longdouble of dtype" in side.fault("half == 1").message.replace("float128", "longdouble")
    assert side.fault("liar == []").message.startswith("a Liar came")
    assert side.value("point") == (1, [2])


def test_iteration_is_lazy_and_bounded(there: There) -> None:
    side = there("""
        import itertools
        made = []
        def some():
            for i in range(1000):
                made.append(i)
                yield i
        def endless():
            return itertools.count()
    """)
    side.test("a, b, *_ = some()\nassert (a, b) == (0, 1)\nassert sum(some()) == 499500")
    side.test("for i in some():\n    break")
    assert side.there("len(made)") < 2500
    assert "iteration beyond 100,000 items" in side.fault("list(endless())").cause


def test_answers_that_can_not_travel_are_faults(there: There) -> None:
    side = there("""
        def answer(kind):
            if kind == "deep":
                deep = []
                deep.append(deep)
                return deep
            if kind == "large":
                return bytes(33 * 2**20)
            if kind == "memory":
                raise MemoryError
            class Meta(type):
                def __getattribute__(cls, name):
                    raise ValueError(name)
            return Meta("Odd", (), {})()
    """)
    assert "nested deeper" in side.fault("answer('deep')").message
    assert "34,603,008" in side.fault("answer('large')").message
    assert "reading it raised ValueError" in side.fault("answer('hostile')").message
    assert side.fault("answer('memory')").outcome is Outcome.OUT_OF_MEMORY


def test_an_argument_that_can_not_be_sent_satisfies_no_demand_for_an_error(there: There) -> None:
    side = there("def f(x):\n    return x")
    for argument, name in (("object()", "object"), ("__import__('numpy').array([None])", "array of dtype object")):
        fault = side.fault(f"f({argument})")
        assert (fault.outcome, fault.message) == (Outcome.FAILED, f"the check can't pass this to your code: a {name}")


# --- calls ----------------------------------------------------------------------------------------------------


def test_mutable_arguments_are_copied_back_in_place(there: There) -> None:
    side = there("""
        import numpy as np
        def change(items, table, names, array, fixed, *, more):
            items.append(3); table["b"] = 2; names.clear(); array[0] = 9.0; more.pop()
    """)
    items, table, names, array, more = [1], {"a": 1}, {"x"}, np.zeros(2), [4]
    view = array[:]
    side.value("change")(items, table, names, array, (1,), more=more)
    assert (items, table, names, view.tolist(), more) == ([1, 3], {"a": 1, "b": 2}, set(), [9.0, 0.0], [])
    frozen = np.zeros(2)
    frozen.flags.writeable = False
    side.value("change")([], {}, set(), frozen, (), more=[1])
    assert frozen.tolist() == [0.0, 0.0]


def test_shared_memory_is_reported(there: There) -> None:
    side = there("def view(x):\n    return x[:1]\ndef copy(x):\n    return x[:1].copy()")
    for name, shared in (("view", True), ("copy", False)):
        function = side.value(name)
        function(np.zeros(3))
        assert function.last_call_shared is shared


def test_callbacks_run_here_and_may_call_back(there: There) -> None:
    side = there("""
        def apply(f, x):
            return f(x)
        def twice(x):
            return 2 * x
        def guarded(f):
            try:
                f()
            except ValueError as error:
                return str(error)
        def same(f):
            return f
    """)
    side.test("""
        seen = []
        def f(x):
            seen.append(x)
            return twice(x) + 1
        assert apply(f, 3) == 7
        assert seen == [3]
        assert apply(lambda x: apply(f, x), 4) == 9
        assert same(f) is f
        def fail():
            raise ValueError("as told")
        assert guarded(fail) == ""
        assert apply(twice, 5) == 10
    """)


def test_a_callback_number_of_nobodys_ends_the_process(there: There) -> None:
    side = there("def guess(f):\n    return type(f)(f._session, 99, 'guess')()")
    fault = side.fault("guess(lambda: 1)")
    assert (fault.outcome, fault.cause) == (Outcome.CRASHED, "a reply of another kind")
    assert side.line.dead


def test_a_flood_of_callbacks_does_not_keep_the_clock_from_being_looked_at(there: There) -> None:
    side = there("def flood(f):\n    while True:\n        f()", cell_cpu=0.3)
    started = time.monotonic()
    assert side.fault("flood(lambda: None)").outcome is Outcome.TIMED_OUT
    assert time.monotonic() - started < 15


def test_printed_text_is_replayed(there: There) -> None:
    side = there("import sys\ndef say(x):\n    print(x)\n    print(x, file=sys.stderr)")
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        side.value("say")("hello")
    assert (out.getvalue(), err.getvalue()) == ("hello\n", "hello\n")


def test_seeds_are_set_on_both_sides(there: There) -> None:
    side = there("import random\nimport numpy as np\ndef draw():\n    return random.random(), np.random.rand()")
    for seed in (1, 2):
        random.seed(seed)
        np.random.seed(seed)
        side.gate.tell("seed", "random", seed)
        side.gate.tell("seed", "numpy", seed)
        assert side.value("draw")() == (random.random(), np.random.rand())


# --- errors ---------------------------------------------------------------------------------------------------


ERRORS = """
    class Own(LookupError):
        pass

    class ValueError(Exception):
        __module__ = "builtins"

    class Exception_(BaseException):
        pass

    Exception_.__name__ = "Exception"

    def fail(kind):
        if kind == "unicode":
            b"\\xff".decode()
        if kind == "own":
            raise Own("mine", 1)
        if kind == "fake":
            raise ValueError("fake")
        if kind == "base":
            raise Exception_
        raise {"key": KeyError("k"), "os": FileNotFoundError(2, "gone"), "stop": StopIteration(1),
               "exit": SystemExit(0), "interrupt": KeyboardInterrupt(), "generator": GeneratorExit()}[kind]
"""


def test_errors_arrive_as_what_they_are(there: There) -> None:
    side = there(ERRORS)
    fail = side.value("fail")
    with pytest.raises(KeyError) as caught:
        fail("key")
    assert caught.value.args == ("k",)
    assert any("in fail" in note for note in caught.value.__notes__)
    with pytest.raises(FileNotFoundError):
        fail("os")
    with pytest.raises(UnicodeError):
        fail("unicode")
    with pytest.raises(LookupError) as own:
        fail("own")
    assert type(own.value).__name__ == "Own"
    assert type(own.value) is side.value("Own"), "the class is one and the same by name and by error"
    side.test("try:\n    fail('own')\nexcept Own:\n    caught = True\nassert caught")


def test_an_error_that_only_looks_like_a_builtin_is_none(there: There) -> None:
    fail = there(ERRORS).value("fail")
    with pytest.raises(Exception, match="fake") as caught:
        fail("fake")
    assert not isinstance(caught.value, ValueError)
    assert type(caught.value).__name__ == "ValueError"


@pytest.mark.parametrize(
    ("kind", "name"),
    [("exit", "SystemExit"), ("interrupt", "KeyboardInterrupt"), ("generator", "GeneratorExit"), ("base", "Exception")],
)
def test_what_ends_a_program_ends_the_cell(there: There, kind: str, name: str) -> None:
    fault = there(ERRORS).fault(f"fail({kind!r})")
    assert (fault.outcome, fault.cause) == (Outcome.RAISED, f"{name} raised in a call")


def test_stop_iteration_does_not_end_the_loop_of_a_test(there: There) -> None:
    fail = there(ERRORS).value("fail")
    with pytest.raises(RuntimeError, match="StopIteration left a call"):
        list(map(fail, ["stop"]))


def test_a_name_of_an_error_that_can_not_be_a_name_does_no_harm(there: There) -> None:
    side = there("""
        class Meta(type):
            __name__ = "\\ud800\\0\\x1b[2J"
        class Odd(Exception, metaclass=Meta):
            pass
        def fail():
            raise Odd("\\ud800\\0")
    """)
    with pytest.raises(Exception, match="\0") as caught:
        side.value("fail")()
    assert type(caught.value).__name__.isprintable()


# --- hostile replies ------------------------------------------------------------------------------------------


FORGE = """
    import gc
    import struct
    import msgpack

    session = next(item for item in gc.get_objects() if type(item).__name__ == "Session")
    reply = None

    def send(*message):
        data = msgpack.packb(list(message))
        session._sock.sendall(struct.pack(">I", len(data)) + data)

    type(session)._do_call = lambda self, *parts: reply

    def f():
        pass
"""


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        ("['value', 1]", "a reply of another kind"),
        ("['done']", "a reply of another kind"),
        ("['called']", "a reply of another kind"),
        ("['called', ['value', [1]], [], '', '', []]", "a reply of another kind"),
        ("['called', ['value', [1, 0]], [], '', '', []]", "a reply of another kind"),
        ("['called', [], [], '', '', []]", "a reply of another kind"),
        ("['called', ['value', [1, False]], [[0, 1]], '', '', []]", "a reply of another kind"),
        ("['called', ['value', [1, False]], [], b'', '', []]", "a reply of another kind"),
        ("['raised']", "a reply of another kind"),
        ("['raised', [[0, 'Exception'], 5], None, '', '', []]", "a reply of another kind"),
        ("['called', ['value', [['judge', 1], False]], [], '', '', []]", "undecodable"),
        ("['called', ['value', [['own', 1], False]], [], '', '', []]", "undecodable"),
        ("['called', ['value', [['function', 'x', 'x', True], False]], [], '', '', []]", "undecodable"),
        ("['called', ['value', [['a', '<U0', [0, 2**40, 2**40], b''], False]], [], '', '', []]", "undecodable"),
        ("['callback', 1, ['t'], ['d']]", "a reply of another kind"),
        ("['callback']", "a callback out of turn"),
        ("[]", "a reply out of turn"),
        ("[5]", "a reply out of turn"),
    ],
)
def test_a_forged_reply_ends_the_process_and_is_no_error_of_the_learners(there: There, reply: str, cause: str) -> None:
    side = there(FORGE)
    side.test("g = f")
    side.learn(f"reply = {reply}")
    fault = side.fault("g()")
    assert fault.outcome is Outcome.CRASHED
    assert fault.cause.startswith(cause)
    assert side.line.dead
    assert side.fault("g()").outcome is Outcome.CRASHED


def test_replies_written_ahead_are_seen(there: There) -> None:
    side = there(FORGE)
    side.test("g = f")
    side.learn("""
        reply = ["called", ["value", [5, False]], [], "", "", []]
        original = session._send
        def twice(*message):
            original(*message)
            if message[0] == "called":
                send(session._sequence + 1, *message)
        session._send = twice
    """)
    assert side.fault("g()\ng()\ng()").cause == "a reply out of turn"


@pytest.mark.parametrize(
    ("operation", "reply"),
    [("call", '["refused", deep]'), ("call", '["raised", [[0, deep]], None, "", ""]'), ("get", '["absent", [deep]]')],
)
def test_lists_too_deep_to_be_shown_are_no_error_that_a_test_may_demand(
    there: There, operation: str, reply: str
) -> None:
    side = there(FORGE)
    side.learn(f"""
        deep = []
        for _ in range(990):
            deep = [deep]
        type(session)._do_{operation} = lambda self, *parts: {reply}
    """)
    fault = side.fault("f()")
    assert fault.outcome in (Outcome.CRASHED, Outcome.RAISED, Outcome.FAILED)


@pytest.mark.parametrize("operation", ["set", "del", "seed", "file"])
def test_an_error_as_the_answer_to_what_runs_no_code_ends_the_process(there: There, operation: str) -> None:
    side = there(FORGE)
    side.learn(f"type(session)._do_{operation} = lambda self, *parts: ['raised', [[0, 'Exception']], None, '', '']")
    with pytest.raises(LearnerFault, match="can't be read"):
        side.gate.tell(operation, "x", 1)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(MemoryError, Outcome.OUT_OF_MEMORY), (RecursionError, Outcome.CRASHED), (ValueError, Outcome.CRASHED)],
)
def test_what_goes_wrong_in_the_judge_is_no_error_of_the_learners(
    there: There, monkeypatch: pytest.MonkeyPatch, error: type[Exception], outcome: Outcome
) -> None:
    side = there("def f():\n    return [1]")
    side.test("g = f")

    def fail(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(wire, "decode", fail)
    assert side.fault("g()").outcome is outcome


# --- life -----------------------------------------------------------------------------------------------------


def test_proxies_of_an_ended_process_name_nothing_in_the_next(there: There) -> None:
    side = there("import os\ndef leave():\n    os._exit(0)\ndef other():\n    return 1")
    old = side.value("other")
    assert side.fault("leave()").cause == "the learner's process ended"
    assert side.fault("other()").outcome is Outcome.CRASHED
    side.gate.connect(side.connect())
    side.names.forget()
    side.learn(side.code)
    assert side.value("other()") == 1
    assert isinstance(side.value("other"), RemoteFunction)
    for use in (lambda: old(), lambda: old.public, lambda: list(old), lambda: side.value("other")(old)):
        side.line.begin_cell()
        with pytest.raises(LearnerFault, match="went with the process"):
            use()


def test_what_a_test_bound_is_known_to_the_next_process(there: There) -> None:
    side = there("import os\nsize = 1\ndef leave():\n    os._exit(0)\ndef area():\n    return size * size", read="size")
    side.test("size = 3\nassert area() == 9")
    assert side.fault("leave()").outcome is Outcome.CRASHED
    side.gate.connect(side.connect())
    side.names.forget()
    side.learn(side.code)
    side.test("assert size == 3\nassert area() == 9")


def test_endless_code_is_ended_by_its_cpu_time(there: There) -> None:
    fault = there("def loop():\n    while True:\n        pass", cell_cpu=0.3).fault("loop()")
    assert (fault.outcome, fault.cause) == (Outcome.TIMED_OUT, "CPU time limit")


# --- answers that change, errors that hold objects, forged outputs ---------------------------------------------

FLIPPING = """
    import gc
    p, q = 1, 3233
    def look():
        return p
    def change():
        global p
        p = 0
    session = next(o for o in gc.get_objects() if type(o).__name__ == "Session" and hasattr(o, "_do_call"))
    answers, honest = iter(range(2, 100)), type(session)._do_get
    def get(self, name):
        reply = honest(self, name)
        return ["value", next(answers)] if name in "pq" else reply
    type(session)._do_get = get
"""


def test_a_name_has_one_value_until_code_of_the_learners_runs_again(there: There) -> None:
    side = there(FLIPPING)
    side.test("""
        def inside():
            return p
        first = p
        assert [p, p, inside()] == [first] * 3
        assert q == q
        # A call that leaves it as it is does not have it asked for again, one that may have changed it does.
        look()
        assert p == first
        change()
        assert p != first
    """)


@pytest.mark.parametrize("argument", ["object()", "[object()]", "lambda: 1", "object"])
def test_an_error_with_an_object_in_its_arguments_is_only_its_text(there: There, argument: str) -> None:
    side = there(f"def f():\n    raise ValueError({argument})")
    with pytest.raises(ValueError, match=r"object|lambda"):
        side.test("f()")
    assert side.line.fault is None


def test_an_error_of_the_tests_function_reaches_the_learner_without_its_text(there: There) -> None:
    side = there("""
        def apply(g):
            try:
                return g(1)
            except ValueError as error:
                return repr(error)
    """)
    side.test("""
        def g(x):
            raise ValueError("expected 42")
        assert "42" not in apply(g)
    """)


@pytest.mark.parametrize(
    "output",
    [
        '{"output_type": np.array([1, 2])}',
        '{"output_type": "error", "ename": 10**6000, "evalue": "x", "traceback": []}',
        '{"output_type": "error", "ename": "x", "evalue": "x", "traceback": "abc"}',
        '{"output_type": "stream", "name": "stdout", "text": ["a"]}',
        '{"output_type": "display_data", "data": {"text/plain": 1}, "metadata": {}}',
        '{"output_type": "display_data", "data": {}, "metadata": {"a": 1}}',
        '{"output_type": "execute_result", "data": {}, "metadata": {}, "execution_count": True}',
        "{1: 2}",
        "{}",
    ],
)
def test_outputs_of_another_form_than_a_notebooks_are_a_damaged_answer(there: There, output: str) -> None:
    side = there(f"import numpy as np\nmade = [{output}]")
    data = side.gate.ask("get", "made")[1]
    with pytest.raises(LearnerFault) as caught:
        side.gate.decode_outputs(data)
    assert caught.value.outcome is Outcome.CRASHED


def test_outputs_of_the_shell_have_the_form_that_is_asked_for(there: There) -> None:
    side = there("pass")
    side.line.begin_cell()
    code = "import sys\nprint('a'); print('b', file=sys.stderr); display(1)\n2"
    _, _, data = side.line.request("cell", code, True)
    kinds = [output["output_type"] for output in side.gate.decode_outputs(data)]
    assert kinds == ["stream", "stream", "display_data", "execute_result"]
    side.line.begin_cell()
    _, ok, data = side.line.request("cell", "1 / 0", True)
    assert not ok
    assert side.gate.decode_outputs(data)[0]["ename"] == "ZeroDivisionError"


def test_a_module_beside_the_notebook_can_be_imported(there: There) -> None:
    side = there("pass")
    side.gate.tell("file", "beside.py", b"value = 7\n")
    side.learn("import beside")
    assert side.there("beside.value") == 7


def test_a_figure_becomes_a_picture_only_where_the_outputs_are_kept(there: There) -> None:
    side = there("import matplotlib.pyplot as plt")
    pictures = []
    for kept in (False, True, False):
        side.line.begin_cell()
        reply = side.line.request("cell", "plt.plot([1, 2]); plt.show()", kept)
        assert reply[1] is True
        pictures.append(any("image/png" in output.get("data", {}) for output in side.gate.decode_outputs(reply[2])))
    assert pictures == [False, True, False]
