"""A warm process: how it starts, forks and ends; the judge's, and the worker's without a sandbox."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest
from learners import JUDGES, LIMITS, ROOT, SESSION, Learner, ends, judge, new_marker, process, processes

from autograder.errors import SandboxError
from autograder.sandbox import Level, start_judge, start_worker
from autograder.sandboxed.monitor import Reason
from autograder.warm import Zygote

# --- the warm process -----------------------------------------------------------------------------------------


def test_a_dead_zygote_is_a_clear_error() -> None:
    zygote = start_worker(Level.FORK, session=SESSION, default_packages=())
    zygote.close()
    zygote.close()
    with pytest.raises(SandboxError, match="warm process of the sandbox has ended"):
        zygote.spawn([], b"")


def test_a_killed_zygote_is_a_clear_error() -> None:
    with start_judge(Level.FORK, [JUDGES], module="run_judge") as zygote:
        assert judge(zygote, "answer = 1") == 1
        first = os.pidfd_open(zygote._first_pid)
        os.kill(zygote._first_pid, 9)
        assert ends(first)
        with pytest.raises(SandboxError, match="warm process of the sandbox has ended"):
            zygote.spawn([], b"")


def test_a_judge_can_not_kill_the_warm_process() -> None:
    with start_judge(Level.FORK, [JUDGES], module="run_judge") as zygote:
        assert judge(zygote, "import os; os.kill(os.getppid(), 9); answer = 1") == 1
        assert judge(zygote, "answer = 2") == 2


@pytest.mark.parametrize(
    ("warm", "message"),
    [
        ("raise ValueError('a fault of ours')", "ValueError: a fault of ours"),
        ("import threading, time; threading.Thread(target=time.sleep, args=(99,), daemon=True).start()", "1 threads"),
        ("import socket; globals()['kept'] = socket.socketpair()", "open for all forks"),
    ],
)
def test_a_failed_start_says_why(tmp_path: Path, warm: str, message: str) -> None:
    session = tmp_path / "session.py"
    session.write_text(f"def warm():\n    {warm}\ndef serve(sock): pass\n")
    with pytest.raises(SandboxError, match=message):
        start_worker(Level.FORK, session=session, default_packages=())


def test_a_program_that_is_none_says_why() -> None:
    with pytest.raises(SandboxError, match=r"did not start: .*no-such-program"):
        Zygote.start(lambda control, information: ["/no-such-program", f"{control}", f"{information}"], {})


def test_forks_do_not_share_an_event_loop(tmp_path: Path) -> None:
    session = tmp_path / "session.py"
    warm = "def warm():\n    import asyncio\n    globals()['loop'] = asyncio.new_event_loop()\n"
    session.write_text(
        SESSION.read_text().partition("def warm")[0]
        + warm
        + "def serve"
        + SESSION.read_text().partition("def serve")[2]
    )
    with start_worker(Level.FORK, session=session, default_packages=()) as zygote:
        learner = Learner(zygote)
        assert learner.run("import asyncio; answer = asyncio.run(asyncio.sleep(0, 7))") == 7
        learner.close()


def test_unknown_packages_are_named() -> None:
    with pytest.raises(SandboxError, match="no-such-distribution"):
        start_worker(Level.FORK, ["no-such-distribution"], session=SESSION)


def test_closing_ends_everything() -> None:
    marker = new_marker()
    with start_worker(Level.FORK, session=SESSION, default_packages=()) as zygote:
        learner = Learner(zygote)
        learner.run(f"import subprocess; subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)")
        left = process(marker)
    assert ends(left)
    assert learner.reply() is None
    learner.close()


def test_a_killed_coordinator_leaves_nothing() -> None:
    marker = new_marker()
    script = f"""
        import sys, time
        sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(ROOT)!r}]
        import learners as t
        from autograder.sandbox import Level, start_worker
        zygote = start_worker(Level.FORK, session=t.SESSION, default_packages=())
        learner = t.Learner(zygote)
        learner.run("import subprocess; subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)")
        print("ready", flush=True)
        time.sleep(600)
    """
    coordinator = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
    assert coordinator.stdout is not None
    with coordinator:
        try:
            assert coordinator.stdout.readline() == b"ready\n"
            left = process(marker)
        finally:
            coordinator.kill()
    assert ends(left)


# --- the judge ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judges() -> Iterator[Zygote]:
    with start_judge(Level.FORK, [JUDGES], module="run_judge", cpu_seconds=1) as started:
        yield started


def test_judge_sees_our_packages_and_nothing_of_the_course(judges: Zygote) -> None:
    paths = [str(ROOT), str(ROOT / "nbgrader_config.py"), str(Path.home() / ".bashrc"), "/packages/tests"]
    code = f"import os, autograder, numpy; answer = [autograder.__file__, *map(os.path.exists, {paths})]"
    assert judge(judges, code) == ["/packages/autograder/__init__.py", False, False, False, False]


def test_judge_reads_a_large_request(judges: Zygote) -> None:
    assert judge(judges, "answer = len(request)\0" + "x" * 5_000_000) == len("answer = len(request)\0") + 5_000_000


def test_judge_has_no_network_and_no_capability(judges: Zygote) -> None:
    code = """if True:
        import socket
        fields = dict(line.split(':', 1) for line in open('/proc/self/status'))
        answer = [fields['CapEff'].strip(), fields['NoNewPrivs'].strip()]
        try:
            socket.create_connection(('192.0.2.1', 80), timeout=2)
        except OSError as error:
            answer.append(error.strerror)
    """
    assert judge(judges, code) == ["0" * 16, "1", "Network is unreachable"]


def test_judges_share_no_folder(judges: Zygote) -> None:
    code = "import os; answer = os.listdir('/tmp') + os.listdir(os.environ['HOME']); open('/tmp/left', 'w').close()"
    assert judge(judges, code) == judge(judges, code)


def test_judge_ends_by_its_own_limits(judges: Zygote) -> None:
    assert judge(judges, "while True: pass") is None
    assert judge(judges, "answer = 1") == 1
    assert judge(judges, "try: bytearray(8 * 2**30)\nexcept MemoryError: answer = 2") == 2


def test_judge_can_be_killed_with_what_it_started(judges: Zygote) -> None:
    marker = new_marker()
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            code = (
                f"import subprocess; subprocess.Popen(['/bin/sleep', '{marker}']); control.send(b'1'); control.recv(1)"
            )
            number = judges.spawn([theirs.fileno(), sys.__stderr__.fileno()], code.encode())
        assert ours.recv(1) == b"1"
        left = process(marker)
        judges.kill(number)
        assert ours.recv(1) == b""
    assert ends(left)


# --- level none -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def plain() -> Iterator[Zygote]:
    with start_worker(Level.NONE, limits=LIMITS, session=SESSION) as started:
        yield started


def test_without_a_sandbox_the_protocol_is_the_same(plain: Zygote) -> None:
    one = Learner(plain)
    assert one.run("import numpy; answer = 1") == 1
    assert one.ask()[2:] == (True, Reason.NONE)
    for name in ("autograder", "reference"):
        one.send(f"import {name}")
        assert one.reply()["error"].startswith("ModuleNotFoundError")
    home = one.run("import os; answer = os.getcwd()")
    assert Path(home).is_dir()
    assert one.ask(b"k")[2:] == (False, Reason.REQUEST)
    assert one.monitor.recv(1) == b""
    one.close()


@pytest.mark.parametrize("end", ["os._exit(0)", "os.kill(0, 9)", "os.kill(os.getpid(), 11)"])
def test_without_a_sandbox_daemons_end_too(plain: Zygote, end: str) -> None:
    one = Learner(plain)
    marker = new_marker()
    one.run(f"""
        import os
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv('/bin/sleep', ['sleep', '{marker}'])
            os._exit(0)
        os.wait()
    """)
    one.wait_for(lambda _: len(processes(marker)) == 1)
    one.send(f"import os; {end}")
    one.wait_for(lambda record: not record[2])
    assert processes(marker) == []
    one.close()


def test_without_a_sandbox_memory_and_processes_are_limited(plain: Zygote) -> None:
    one = Learner(plain)
    one.send("blocks = [b'x' * (20 * 2**20) for _ in range(100)]")
    assert one.wait_for(lambda record: not record[2])[3] is Reason.MEMORY
    one.close()
    two = Learner(plain)
    two.send("import os, time\nfor _ in range(40):\n    if os.fork() == 0: time.sleep(600)\ntime.sleep(600)")
    assert two.wait_for(lambda record: not record[2])[3] is Reason.PROCESSES
    two.close()


def test_without_a_sandbox_nothing_is_left() -> None:
    marker = new_marker()
    with start_worker(Level.NONE, session=SESSION, default_packages=()) as zygote:
        learner = Learner(zygote)
        home = learner.run(f"import os, subprocess; subprocess.Popen(['/bin/sleep', '{marker}']); answer = os.getcwd()")
        left = process(marker)
    assert learner.reply() is None
    assert ends(left)
    assert not Path(home).exists()
    learner.close()
