"""What each level of the sandbox promises, on the levels below ``fork`` (that one has ``test_sandbox.py``).

The level ``landlock`` gives each submission a user of its own, so its tests must be run as root.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from harm import orphans
from learners import JUDGES, LIMITS, ROOT, SESSION, Learner, ends, judge, new_marker, process, processes

from autograder import doctor
from autograder.errors import SandboxError, UsageError
from autograder.sandbox import Level, start_judge, start_worker
from autograder.sandboxed import folder, landlock, uids
from autograder.sandboxed.monitor import Reason
from autograder.warm import Zygote

LEVELS = [Level.BWRAP, Level.LANDLOCK]


@pytest.fixture(scope="module", params=LEVELS)
def level(request: pytest.FixtureRequest) -> Level:
    chosen: Level = request.param
    return chosen


@pytest.fixture(scope="module")
def zygote(level: Level) -> Iterator[Zygote]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SECRET_OF_THE_COURSE", "1")
        started = start_worker(level, limits=LIMITS, session=SESSION)
    with started:
        yield started


@pytest.fixture
def learner(zygote: Zygote) -> Iterator[Learner]:
    one = Learner(zygote)
    yield one
    one.close()


@pytest.fixture
def other(zygote: Zygote) -> Iterator[Learner]:
    """Another submission that is being graded at the same time."""
    one = Learner(zygote)
    assert one.run("answer = 1") == 1
    yield one
    assert one.run("answer = 2") == 2, "another submission was harmed"
    one.close()


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process of whoever grades, which nobody may touch."""
    one = subprocess.Popen(["/bin/sleep", new_marker()])
    yield one
    assert one.poll() is None, "a process that has nothing to do with it was ended"
    one.kill()
    one.wait()


def attempts(learner: Learner, *lines: str) -> dict[str, str]:
    """What each line gave: ``did it``, or the name of the error."""
    done: dict[str, str] = learner.run(f"""
        import ctypes, os, resource, signal, socket, subprocess
        libc = ctypes.CDLL(None, use_errno=True)
        def checked(result):
            if result < 0:
                raise OSError(ctypes.get_errno(), 'refused')
        answer = {{}}
        for line in {lines!r}:
            try:
                exec(line)
                answer[line] = 'did it'
            except OSError as error:
                answer[line] = type(error).__name__
    """)
    return done


# --- who the learner is ---------------------------------------------------------------------------------------


def test_the_learner_has_no_privilege(learner: Learner) -> None:
    fields = dict(learner.run("answer = [line.split(':', 1) for line in open('/proc/self/status')]"))
    assert {fields[name].strip() for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert (fields["NoNewPrivs"].strip(), fields["Seccomp"].strip()) == ("1", "2")


def test_the_learner_is_nobody_else(level: Level, learner: Learner, other: Learner) -> None:
    ids = [one.run("import os; answer = os.getuid()") for one in (learner, other)]
    if level is Level.BWRAP:
        assert ids == [1000, 1000]
    else:
        assert len(set(ids)) == 2
        assert set(ids) <= set(uids.OWN)


def test_environment_says_nothing_of_ours(learner: Learner) -> None:
    names = learner.run("import os; answer = sorted(os.environ)")
    assert {"HOME", "PATH", "MPLBACKEND"} <= set(names)
    assert not [name for name in names if "SECRET" in name or "PYTEST" in name]


def test_it_holds_its_wire_and_nothing_else(learner: Learner) -> None:
    kinds = learner.run("""
        import os, stat
        answer = []
        for number in range(256):
            try:
                answer.append(stat.S_IFMT(os.fstat(number).st_mode))
            except OSError:
                pass
    """)
    assert kinds == [0o020000] * 3 + [0o140000]


# --- harm to others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(0, 9)",
        "os.kill(-1, 19)",
        "os.kill(-1, 9)",
        "os.kill(os.getppid(), 9)",
        "os.kill(os.getppid(), 19)",
        "[os.kill(pid, 9) for pid in range(2, 40000) if pid != os.getpid() and os.path.exists(f'/proc/{pid}')]",
    ],
)
@pytest.mark.usefixtures("bystander")
def test_signals_reach_nobody_else(zygote: Zygote, learner: Learner, other: Learner, code: str) -> None:
    learner.send(f"import os; {code}")
    learner.reply()
    third = Learner(zygote)
    assert third.run("answer = 3") == 3
    third.close()
    assert other.ask()[2]
    learner.ask()


def test_processes_of_others_can_be_neither_signalled_nor_read_nor_limited(
    learner: Learner, bystander: subprocess.Popen[bytes]
) -> None:
    pid = bystander.pid
    done = attempts(
        learner,
        f"os.kill({pid}, 0)",
        f"os.kill({pid}, 9)",
        f"signal.pidfd_send_signal(os.pidfd_open({pid}), 9)",
        f"open('/proc/{pid}/environ').read()",
        f"open('/proc/{pid}/cmdline').read()",
        f"open('/proc/{pid}/mem', 'rb')",
        f"os.listdir('/proc/{pid}/fd')",
        f"os.listdir('/proc/{pid}/cwd/')",
        f"resource.prlimit({pid}, resource.RLIMIT_CPU, (1, 1))",
        f"os.setpriority(os.PRIO_PROCESS, {pid}, 19)",
        f"os.sched_setaffinity({pid}, [0])",
        f"checked(libc.ptrace(16, {pid}, 0, 0))",
        f"checked(libc.process_vm_readv({pid}, None, 0, None, 0, 0))",
    )
    assert "did it" not in done.values(), done


def test_the_files_of_another_submission_are_closed(level: Level, learner: Learner, other: Learner) -> None:
    home = other.run("import os; open('secret', 'w').write('x'); answer = os.getcwd()")
    if level is Level.BWRAP:
        assert learner.run("import os; answer = os.listdir('.')") == []
    else:
        assert learner.run("import os; answer = os.getcwd()") != home
        done = attempts(
            learner, f"os.listdir({home!r})", f"open('{home}/secret').read()", f"os.unlink('{home}/secret')"
        )
        assert "did it" not in done.values(), done


# --- network and sockets --------------------------------------------------------------------------------------


def test_no_network_and_no_socket_of_the_machine(learner: Learner, tmp_path: Path) -> None:
    path = tmp_path / "socket"
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagrams,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        named.bind(str(path))
        named.listen()
        datagrams.bind(f"{path}.datagrams")
        for file in (path, f"{path}.datagrams"):
            os.chmod(file, 0o777)
        hidden = f"autograder-test-{os.getpid()}"
        abstract.bind("\0" + hidden)
        abstract.listen()
        udp.bind(("127.0.0.1", 0))
        learner.send(f"""
            import socket
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', {udp.getsockname()})
        """)
        learner.reply()
        with pytest.raises(BlockingIOError):
            udp.recv(1, socket.MSG_DONTWAIT)
        address = server.getsockname()
        done = attempts(
            learner,
            f"socket.create_connection({address}, timeout=2)",
            "socket.create_connection(('192.0.2.1', 80), timeout=2)",
            f"socket.socket(socket.AF_UNIX).connect({str(path)!r})",
            f"socket.socket(socket.AF_UNIX).connect(chr(0) + {hidden!r})",
            f"socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)[0].sendto(b'x', '{path}.datagrams')",
            "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        )
    assert "did it" not in done.values(), done


# --- files ----------------------------------------------------------------------------------------------------


def test_the_course_can_be_neither_read_nor_changed(learner: Learner, tmp_path: Path) -> None:
    gradebook = tmp_path / "gradebook.db"
    gradebook.write_text("grades")
    before = gradebook.stat()
    done = attempts(
        learner,
        f"os.listdir({str(ROOT)!r})",
        f"os.listdir({str(tmp_path)!r})",
        f"open({str(ROOT / 'nbgrader_config.py')!r}).read()",
        f"open({str(ROOT / 'reference' / '__init__.py')!r}).read()",
        "open('/etc/passwd').read()",
        "open('/proc/1/environ').read()",
        f"open({str(gradebook)!r}, 'r+')",
        f"open({str(tmp_path / 'new')!r}, 'w')",
        f"os.truncate({str(gradebook)!r}, 0)",
        f"os.chmod({str(gradebook)!r}, 0)",
        f"os.utime({str(gradebook)!r}, (1, 1))",
        f"os.setxattr({str(gradebook)!r}, 'user.x', b'x')",
        f"os.rename({str(gradebook)!r}, 'mine')",
        f"os.link({str(gradebook)!r}, 'mine')",
        f"os.unlink({str(gradebook)!r})",
    )
    assert "did it" not in done.values(), done
    after = gradebook.stat()
    assert (after.st_size, after.st_mode, after.st_mtime_ns) == (before.st_size, before.st_mode, before.st_mtime_ns)


@pytest.mark.parametrize("name", ["reference", "autograder", "sandboxed", "pytest", "nbgrader"])
def test_what_is_not_for_learners_can_not_be_imported(learner: Learner, name: str) -> None:
    paths = [str(ROOT), *(path for path in sys.path if path.endswith("-packages"))]
    learner.send(f"import {name}")
    assert learner.reply()["error"].startswith("ModuleNotFoundError")
    learner.send(f"import sys; sys.path += {paths!r}; import {name}; {name}.__file__.strip()")
    assert learner.reply()["error"].startswith(
        ("ModuleNotFoundError", "ImportError", "PermissionError", "AttributeErr")
    )


def test_what_is_for_learners_can_be_used(learner: Learner) -> None:
    assert learner.run("""
        import asyncio, os, subprocess, tempfile, threading
        import numpy, matplotlib.pyplot, IPython, PIL.Image
        with tempfile.TemporaryDirectory() as place:
            numpy.save(place + '/a.npy', numpy.arange(3))
            total = int(numpy.load(place + '/a.npy').sum())
        said = []
        thread = threading.Thread(target=said.append, args=(1,)); thread.start(); thread.join()
        said.append(asyncio.run(asyncio.sleep(0, 2)))
        said.append(subprocess.run(['/bin/echo', 'x'], capture_output=True, text=True).stdout)
        answer = [total, *said]
    """) == [3, 1, 2, "x\n"]


def test_a_full_folder_is_the_learners_own_trouble(level: Level, learner: Learner, other: Learner) -> None:
    learner.send("""
        written = 0
        try:
            for index in range(1000):
                with open(str(index), 'wb') as file:
                    written += file.write(bytes(2**20))
        except OSError as error:
            answer = [written, error.strerror]
    """)
    reply = learner.reply()
    if level is Level.BWRAP:
        assert reply["answer"][0] <= LIMITS.tmp_bytes
    else:
        assert reply is None
        assert learner.ask()[3] is Reason.MEMORY
    other.run("open('mine', 'wb').write(bytes(2**20))")


@pytest.mark.parametrize(
    "code",
    [
        "for index in range(10**6): open(str(index), 'x').close()",
        "for index in range(10**5): os.mkdir('d'); os.chdir('d')",
        "files = []\nwhile True:\n    files.append(open('x', 'wb')); files[-1].write(bytes(2**20)); os.unlink('x')",
    ],
)
def test_files_without_end_end_the_learner(learner: Learner, other: Learner, code: str) -> None:
    learner.send(f"import os\n{code}")
    reply = learner.reply()
    assert reply is None or "OSError" in reply["error"]
    assert other.run("import os; answer = os.listdir('.')") == []


def test_one_file_is_bounded(learner: Learner) -> None:
    learner.send(f"open('large', 'wb').write(bytes({LIMITS.tmp_bytes + 2**20}))")
    reply = learner.reply()
    assert reply is None or "OSError" in reply["error"]


# --- limits ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("other")
def test_a_fork_bomb_ends_at_the_limit(learner: Learner) -> None:
    learner.send("""
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
    """)
    learner.wait_for(lambda record: record[0] > 0.5)
    assert learner.ask(b"k")[2:] == (False, Reason.REQUEST)


@pytest.mark.usefixtures("other")
def test_memory_of_many_processes_is_one_sum(learner: Learner) -> None:
    learner.send("""
        import os, signal
        for _ in range(8):
            if os.fork() == 0:
                block = b'x' * (80 * 2**20)
                signal.pause()
        signal.pause()
    """)
    _, memory, alive, reason = learner.wait_for(lambda record: not record[2])
    assert (alive, reason) == (False, Reason.MEMORY)
    assert memory > LIMITS.memory


def test_cpu_time_is_measured_over_all_processes_and_not_for_what_was_imported(learner: Learner) -> None:
    assert learner.run("answer = 1") == 1
    assert learner.ask()[0] < 0.3
    learner.run("""
        import os, time
        if os.fork() == 0:
            while time.process_time() < 0.5:
                pass
            os._exit(0)
        os.wait()
    """)
    assert learner.ask()[0] > 0.4


def test_processes_that_have_ended_are_not_counted(learner: Learner) -> None:
    assert (
        learner.run("""
        import os
        answer = 0
        for _ in range(60):
            if os.fork() == 0:
                os.fork()
                os._exit(0)  # an orphan is left, which ends too
            os.wait()
            answer += 1
    """)
        == 60
    )


# --- its end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["os._exit(0)", "sock.shutdown(2)", "os.kill(os.getpid(), 9)"])
def test_nothing_outlives_the_learners_process(learner: Learner, end: str) -> None:
    marker = new_marker()
    learner.run(f"""
        import os, subprocess
        home = os.getcwd()
        subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv('/bin/sleep', ['sleep', '{marker}'])
            os._exit(0)
        os.wait()
        answer = home
    """)
    learner.wait_for(lambda _: len(processes(marker)) == 2)
    learner.send(f"import os; {end}")
    learner.wait_for(lambda record: not record[2])
    assert learner.ask(b"k")[2:] == (False, Reason.EXITED)
    assert processes(marker) == []


@pytest.mark.usefixtures("other")
def test_who_forks_all_the_while_ends_too(learner: Learner) -> None:
    """Each process lives for a moment only: whoever looks for it first and ends it then comes too late."""
    learner.send("""
        import os
        while True:
            if os.fork():
                os._exit(0)
    """)
    assert learner.wait_for(lambda record: not record[2])[3] is Reason.EXITED
    assert learner.ask(b"k")[2:] == (False, Reason.EXITED)


def test_hanging_up_ends_everything_and_removes_the_folder(level: Level, zygote: Zygote) -> None:
    one = Learner(zygote)
    marker = new_marker()
    home = one.run(f"""
        import os, subprocess
        for name in ('a', 'b'):
            os.makedirs(name + '/c'); open(name + '/c/d', 'w').close()
        subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)
        answer = os.getcwd()
    """)
    left = process(marker)
    one.monitor.close()
    assert one.reply() is None
    assert ends(left)
    if level is Level.LANDLOCK:
        # The next one is served after the folder of the last is gone.
        second = Learner(zygote)
        second.wait_for(lambda _: not Path(home).exists())
        second.close()
    one.close()


@pytest.mark.parametrize("level", LEVELS)
def test_a_killed_coordinator_leaves_nothing(level: Level) -> None:
    marker = new_marker()
    script = f"""
import sys, time
sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(ROOT)!r}]
import learners as t
from autograder.sandbox import Level, start_worker
zygote = start_worker(Level({level.value!r}), session=t.SESSION, default_packages=())
learner = t.Learner(zygote)
learner.run("import subprocess; subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)")
print("ready", flush=True)
time.sleep(600)
"""
    coordinator = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert coordinator.stdout is not None
    with coordinator:
        try:
            assert coordinator.stdout.readline() == b"ready\n"
            left = process(marker)
        finally:
            coordinator.kill()
    assert ends(left)


def test_a_failed_start_says_why(level: Level, tmp_path: Path) -> None:
    session = tmp_path / "session.py"
    session.write_text("def warm():\n    raise ValueError('a fault of ours')\ndef serve(sock): pass\n")
    with pytest.raises(SandboxError, match="ValueError: a fault of ours"):
        start_worker(level, session=session, default_packages=())


# --- the judge ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def judges(level: Level) -> Iterator[Zygote]:
    with start_judge(level, [JUDGES], module="run_judge", cpu_seconds=1) as started:
        yield started


def test_judge_has_its_packages_and_nothing_of_the_course(judges: Zygote, tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("grades")
    code = f"""if True:
        import autograder.testing, numpy, socket
        answer = []
        for attempt in (
            lambda: open({str(tmp_path / "gradebook.db")!r}),
            lambda: open({str(ROOT / "nbgrader_config.py")!r}),
            lambda: socket.create_connection(('192.0.2.1', 80), timeout=2),
            lambda: open('/tmp/left', 'w'),
        ):
            try:
                attempt()
                answer.append('did it')
            except OSError:
                answer.append('refused')
    """
    assert judge(judges, code) == ["refused"] * 4


def test_judges_share_no_folder(judges: Zygote) -> None:
    code = """if True:
        import os, tempfile
        home = os.environ['HOME']
        answer = [home, tempfile.gettempdir() == home, os.listdir(home)]
        open(home + '/left', 'w').close()
    """
    first, second = judge(judges, code), judge(judges, code)
    assert first[1:] == second[1:] == [True, []]
    read = f"import os\ntry: answer = os.listdir({first[0]!r})\nexcept OSError: answer = 'refused'"
    assert judge(judges, read) == "refused"


def test_judge_ends_by_its_own_limits(judges: Zygote) -> None:
    assert judge(judges, "while True: pass") is None
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


def test_a_judge_can_not_kill_the_warm_process(judges: Zygote) -> None:
    judge(judges, "import os\nfor pid in (os.getppid(), -1): os.kill(pid, 9)")
    assert judge(judges, "answer = 2") == 2


# --- Landlock's versions --------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", range(1, landlock.abi() + 1))
def test_every_version_of_landlock_keeps_files_closed(version: int, tmp_path: Path) -> None:
    own, closed = tmp_path / "own", tmp_path / "closed"
    own.mkdir()
    closed.write_text("x")
    script = f"""
import os, sys
sys.path.insert(0, {str(ROOT)!r})
from autograder.sandboxed import isolation, landlock
landlock.abi = lambda: {version}
isolation.prctl(isolation.PR_SET_NO_NEW_PRIVS, 1)
landlock.restrict(['/usr'], [], {str(own)!r}, ['/dev/null'])
open({str(own / "mine")!r}, 'w').write('x')
open('/dev/null', 'w').close()
os.listdir('/usr')
for attempt, path in ((open, {str(closed)!r}), (os.unlink, {str(closed)!r}), (os.listdir, {str(tmp_path)!r})):
    try:
        attempt(path)
    except PermissionError:
        continue
    raise SystemExit('not refused')
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_is_removed_however_deep_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    script = "import os\nfor _ in range(1200):\n    os.mkdir('deep'); os.chdir('deep')\nos.mkdir('closed', 0)"
    subprocess.run([sys.executable, "-c", script], cwd=own, check=True)
    used = folder.used(str(own), 2**40)
    folder.remove(str(own))  # before anything can fail: pytest itself does not get so deep
    assert used > 2**40
    assert not own.exists()


# --- which one it is ------------------------------------------------------------------------------------------


def test_a_level_can_be_chosen_where_it_works(level: Level) -> None:
    assert doctor.require_level(no_sandbox=False, wanted=level) is level
    with pytest.raises(UsageError, match="give one of them"):
        doctor.require_level(no_sandbox=True, wanted=level)


def test_without_namespaces_an_ordinary_user_has_no_level() -> None:
    code = "from autograder import doctor; from autograder.sandbox import Level; print(doctor.trial(Level.LANDLOCK))"
    command = ["unshare", "--user", "--map-current-user", sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "each submission needs a user of its own: grade as root" in done.stdout


def test_what_is_hung_up_on_while_it_starts_leaves_nothing() -> None:
    """At any moment, as when a submission can't be read: those started first have got farthest."""
    with orphans() as left, start_worker(Level.BWRAP) as worker:
        for _ in range(8):
            with ExitStack() as stack:
                for _ in range(8):
                    pairs = [socket.socketpair() for _ in range(2)]
                    for near, _ in pairs:
                        stack.enter_context(near)
                    worker.spawn([far.fileno() for _, far in pairs], b"")
                    for _, far in pairs:
                        far.close()
    assert left == []
