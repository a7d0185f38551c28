"""What a learner's process can do to anybody but itself: nothing. Real processes, no mock of any part."""

from __future__ import annotations

import os
import py_compile
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from learners import LIMITS, ROOT, SESSION, Learner, ends, new_marker, process, processes

from autograder.runtime import Bind
from autograder.sandbox import Level, _compiled, start_worker
from autograder.sandboxed.monitor import Reason
from autograder.warm import Zygote


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("A_SECRET_OF_THE_COURSE", "1")
        started = start_worker(Level.FORK, limits=LIMITS, session=SESSION)
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


# --- who the learner is ---------------------------------------------------------------------------------------


def test_learner_is_nobody_in_particular(learner: Learner) -> None:
    status = learner.run("answer = dict(line.split(':', 1) for line in open('/proc/self/status'))")
    fields = {name: value.strip() for name, value in status.items()}
    assert learner.run("import os; answer = [os.getuid(), os.getgid(), os.getpid()]") == [1000, 1000, 2]
    assert {fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (fields["NoNewPrivs"], fields["Seccomp"], fields["Threads"]) == ("1", "2", "1")
    assert learner.run("answer = open('/proc/self/oom_score_adj').read()").strip() == "1000"


def test_learner_is_not_root_outside(learner: Learner) -> None:
    marker = new_marker()
    learner.send(f"import os; os.execv('/bin/sleep', ['sleep', '{marker}'])")
    learner.wait_for(lambda _: bool(processes(marker)))
    (pid,) = processes(marker)
    uids = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:"))
    assert "0" not in uids.split()


def test_learner_holds_its_wire_and_nothing_else(learner: Learner) -> None:
    kinds = learner.run("""
        import os
        answer = [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if int(fd) != 10**6
                  and os.path.exists(f'/proc/self/fd/{fd}')]
    """)
    assert kinds.count("/dev/null") == 3
    assert len([kind for kind in kinds if kind.startswith("socket:")]) == 1
    assert len(kinds) == 4


def test_environment_says_nothing_of_ours(learner: Learner) -> None:
    names = learner.run("import os; answer = sorted(os.environ)")
    assert {"HOME", "PATH", "MPLBACKEND"} <= set(names)
    assert not [name for name in names if "SECRET" in name or "PYTEST" in name]


# --- harm to others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "os.kill(0, 9)",
        "os.killpg(0, 9)",
        "os.kill(-1, 19)",
        "os.kill(-1, 9)",
        "os.kill(1, 9)",
        "os.kill(1, 19)",
        "os.kill(os.getppid(), 15)",
        "[os.kill(pid, 9) for pid in range(1, 300) if pid != os.getpid() and os.path.exists(f'/proc/{pid}')]",
    ],
)
def test_signals_reach_nobody_else(zygote: Zygote, learner: Learner, other: Learner, code: str) -> None:
    learner.send(f"import os; {code}")
    learner.reply()
    third = Learner(zygote)
    assert third.run("answer = 3") == 3
    third.close()
    assert other.ask()[2]
    learner.ask()


@pytest.mark.parametrize(
    "call",
    [
        "libc.umount2(b'/tmp', 2)",
        "libc.umount2(b'/proc', 2)",
        "libc.mount(b'none', b'/tmp', b'tmpfs', 0, b'')",
        "libc.mount(b'/', b'/tmp', None, 0x1000, None)",
        "libc.unshare(0x10000000)",
        "libc.unshare(0x00020000)",
        "libc.setns(os.open('/proc/self/ns/mnt', 0), 0)",
        "libc.chroot(b'/tmp')",
        "libc.ptrace(16, os.getppid(), 0, 0)",
        "libc.ptrace(16, 1, 0, 0)",
        "libc.ptrace(0, 0, 0, 0)",
        "libc.process_vm_readv(1, None, 0, None, 0, 0)",
        "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)",
        "libc.syscall(250, 0, -3, 0)",
        "libc.syscall(321, 0, 0, 0)",
        "libc.syscall(425, 8, 0)",
        "libc.memfd_create(b'x', 0)",
        "libc.shmget(0, 4096, 0o1600)",
        "libc.setuid(0)",
    ],
)
def test_calls_that_would_undo_the_sandbox_are_refused(learner: Learner, call: str) -> None:
    result, error = learner.run(f"""
        import ctypes, os
        libc = ctypes.CDLL(None, use_errno=True)
        result = {call}
        answer = [result, os.strerror(ctypes.get_errno())]
    """)
    assert result == -1
    assert error in ("Operation not permitted", "Invalid argument" if "setuid" in call else "Operation not permitted")


def test_clone3_falls_back(learner: Learner) -> None:
    code = "import ctypes; l = ctypes.CDLL(None, use_errno=True); answer = [l.syscall(435, 0, 0), ctypes.get_errno()]"
    assert learner.run(code) == [-1, 38]
    assert learner.run(
        "import subprocess; answer = subprocess.run(['/bin/echo', 'x'], capture_output=True).stdout"
    ) == ("b'x\\n'")
    threads = """
        import threading
        answer = []
        thread = threading.Thread(target=answer.append, args=(1,)); thread.start(); thread.join()
    """
    assert learner.run(threads) == [1]


@pytest.mark.parametrize("name", ["environ", "mem", "maps", "fd", "root", "cwd", "ns", "exe"])
def test_pid_1_can_not_be_looked_into(learner: Learner, name: str) -> None:
    code = f"""
        import os
        try:
            path = '/proc/1/{name}'
            answer = os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(10).hex()
        except PermissionError:
            answer = 'refused'
        except FileNotFoundError:
            answer = 'refused'
    """
    assert learner.run(code) == "refused"


def test_learner_sees_only_its_own_processes(learner: Learner, other: Learner) -> None:
    other.run("answer = 1")
    assert learner.run("import os; answer = sorted(name for name in os.listdir('/proc') if name.isdigit())") == [
        "1",
        "2",
    ]


def test_nothing_but_sized_folders_can_be_written(learner: Learner) -> None:
    written = learner.run("""
        import os
        answer = []
        for folder, folders, files in os.walk('/'):
            if folder.startswith('/proc'):
                folders.clear()
                continue
            path = os.path.join(folder, 'written')
            try:
                os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
                os.unlink(path)
            except OSError:
                continue
            answer.append(folder)
    """)
    top = {"/tmp", "/dev/shm", "/home/learner"}
    assert top <= set(written)
    assert {folder for folder in written if not folder.startswith(tuple(top))} == set()
    sizes = learner.run(f"import os; answer = [s.f_blocks * s.f_frsize for s in map(os.statvfs, {sorted(top)})]")
    assert sizes == [LIMITS.tmp_bytes] * 3


def test_every_other_mount_is_read_only(learner: Learner) -> None:
    mounts = [line.split() for line in learner.run("answer = open('/proc/self/mountinfo').read()").splitlines()]
    top: dict[str, str] = {}
    for fields in mounts:
        top[fields[4]] = fields[5]
    writable = {place for place, options in top.items() if "ro" not in options.split(",")}
    devices = {f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom", "tty", "pts")}
    assert writable - devices == {"/tmp", "/dev/shm", "/home/learner", "/proc"}


def test_settings_of_the_kernel_can_not_be_written(learner: Learner) -> None:
    written = learner.run("""
        import os
        answer = []
        for folder, _, files in os.walk('/proc/sys'):
            for name in files:
                try:
                    with open(os.path.join(folder, name), 'r+') as file:
                        value = file.read()
                        file.write(value)
                    answer.append(os.path.join(folder, name))
                except (OSError, ValueError):
                    pass
        for name in ('sysrq-trigger', '1/oom_score_adj', 'self/uid_map', 'kcore', 'kmsg'):
            try:
                with open('/proc/' + name, 'w') as file:
                    file.write('0')
                answer.append(name)
            except OSError:
                pass
    """)
    assert written == []


@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/home/learner"])
def test_a_full_folder_is_the_learners_own_trouble(learner: Learner, other: Learner, folder: str) -> None:
    code = f"""
        written = 0
        try:
            for index in range(100):
                with open('{folder}/' + str(index), 'wb') as file:
                    written += file.write(bytes(2**20))
        except OSError as error:
            answer = [written, error.strerror]
    """
    written, error = learner.run(code)
    assert written <= LIMITS.tmp_bytes
    assert error == "No space left on device"
    other.run(f"open('{folder}/mine', 'wb').write(bytes(2**20))")


def test_a_folder_of_empty_files_is_bounded(learner: Learner) -> None:
    count = learner.run("""
        answer = 0
        try:
            while True:
                open(f'/tmp/{answer}', 'x').close()
                answer += 1
        except OSError:
            pass
    """)
    assert 1000 < count <= 16384


def test_a_fork_sees_no_file_of_another(zygote: Zygote, learner: Learner) -> None:
    places = ("/tmp", "/dev/shm", "/home/learner")
    learner.run(f"for place in {places}: open(place + '/secret', 'w').write('x')")
    learner.close()
    second = Learner(zygote)
    assert second.run(f"import os; answer = [os.listdir(place) for place in {places}]") == [[], [], []]
    second.close()


# --- what it uses up ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("other")
def test_a_fork_bomb_ends_at_the_limit(learner: Learner) -> None:
    count = learner.run("""
        import os, time
        answer = 0
        try:
            while True:
                if os.fork() == 0:
                    time.sleep(600)
                answer += 1
        except BlockingIOError:
            pass
    """)
    assert 10 <= count <= LIMITS.processes
    assert learner.ask(b"k")[2:] == (False, Reason.REQUEST)


@pytest.mark.usefixtures("other")
def test_a_fork_bomb_that_works_dies_at_once(learner: Learner) -> None:
    learner.send("""
        import os
        while True:
            try:
                os.fork()
            except OSError:
                pass
    """)
    learner.wait_for(lambda record: record[0] > 0.5)
    before = time.monotonic()
    cpu, _, alive, reason = learner.ask(b"k")
    assert (alive, reason) == (False, Reason.REQUEST)
    assert cpu > 0.5
    assert time.monotonic() - before < 5


@pytest.mark.usefixtures("other")
def test_an_exec_bomb_is_charged(learner: Learner) -> None:
    learner.send("import os; os.execv('/bin/sh', ['sh', '-c', 'while :; do /bin/true; done'])")
    cpu, _, alive, _ = learner.wait_for(lambda record: record[0] > 0.4)
    assert alive
    assert learner.ask(b"k")[0] >= cpu


@pytest.mark.usefixtures("other")
def test_memory_of_many_processes_is_one_sum(learner: Learner) -> None:
    learner.send("""
        import os, time
        for _ in range(8):
            if os.fork() == 0:
                block = b'x' * (80 * 2**20)
                time.sleep(600)
        time.sleep(600)
    """)
    _, memory, alive, reason = learner.wait_for(lambda record: not record[2])
    assert (alive, reason) == (False, Reason.MEMORY)
    assert memory > LIMITS.memory
    assert learner.reply() is None


def test_memory_is_guarded_without_anybody_asking(learner: Learner) -> None:
    learner.send("blocks = [b'x' * (20 * 2**20) for _ in range(100)]")
    assert learner.reply() is None
    assert learner.ask()[2:] == (False, Reason.MEMORY)


def test_idle_forks_of_the_warm_process_are_not_memory(learner: Learner) -> None:
    learner.run("""
        import os, time
        for _ in range(12):
            if os.fork() == 0:
                time.sleep(600)
        answer = 1
    """)
    for _ in range(3):
        _, memory, alive, _ = learner.ask()
    assert alive
    assert memory < LIMITS.memory


def test_one_allocation_too_large_is_a_memory_error(learner: Learner) -> None:
    learner.send("block = bytearray(10 * 2**30)")
    assert learner.reply()["error"].startswith("MemoryError")


def test_cpu_time_of_children_is_charged(learner: Learner) -> None:
    learner.run("""
        import os, time
        if os.fork() == 0:
            if os.fork() == 0:
                while time.process_time() < 0.5:
                    pass
                os._exit(0)
            os._exit(0)  # an orphan is left
        os.wait()
    """)
    learner.wait_for(lambda record: record[0] > 0.4)


def test_cpu_time_can_not_be_hidden_by_ignoring_children(learner: Learner) -> None:
    code = "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)"
    learner.send(code)
    assert "PermissionError" in learner.reply()["error"] or "OSError" in str(learner.reply())
    assert learner.run("import signal; answer = int(signal.getsignal(signal.SIGCHLD))") == 0


def test_sleeping_costs_no_cpu(learner: Learner) -> None:
    learner.run("import time; time.sleep(0.05)")
    assert learner.ask()[0] < 0.05


# --- its end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["os._exit(0)", "sock.shutdown(2)", "os.kill(os.getpid(), 9)", "os.abort()"])
def test_nothing_outlives_the_learners_process(learner: Learner, end: str) -> None:
    marker = new_marker()
    learner.run(f"""
        import os, subprocess
        subprocess.Popen(['/bin/sleep', '{marker}'], start_new_session=True)
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.execv('/bin/sleep', ['sleep', '{marker}'])
            os._exit(0)
        os.wait()
    """)
    learner.wait_for(lambda _: len(processes(marker)) == 2)
    learner.send(f"import os; {end}")
    learner.wait_for(lambda record: not record[2])
    assert learner.ask()[2:] == (False, Reason.EXITED)
    assert processes(marker) == []


def test_hanging_up_ends_the_learner(zygote: Zygote) -> None:
    one = Learner(zygote)
    marker = new_marker()
    one.run(f"import subprocess; subprocess.Popen(['/bin/sleep', '{marker}'])")
    left = process(marker)
    one.monitor.close()
    assert one.reply() is None
    assert ends(left)
    one.close()


def test_killing_by_number(zygote: Zygote, learner: Learner, other: Learner) -> None:
    zygote.kill(learner.number)
    assert learner.reply() is None
    zygote.kill(learner.number)
    zygote.kill(1)
    assert other.ask()[2]


# --- network --------------------------------------------------------------------------------------------------


def test_no_network(learner: Learner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        errors = learner.run(f"""
            import socket
            answer = []
            for address in (('127.0.0.1', {port}), ('192.0.2.1', 80), ('10.0.0.1', 80)):
                try:
                    socket.create_connection(address, timeout=2)
                    answer.append('connected')
                except OSError as error:
                    answer.append(error.strerror)
        """)
    assert errors[1:] == ["Network is unreachable"] * 2
    assert errors[0] in ("Network is unreachable", "Connection refused")


def test_abstract_sockets_are_not_shared(learner: Learner, other: Learner) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0autograder-test")
        server.listen()
        other.run("import socket; s = socket.socket(socket.AF_UNIX); s.bind('\\0other'); s.listen()")
        for name in ("autograder-test", "other"):
            learner.send(f"import socket; socket.socket(socket.AF_UNIX).connect('\\0{name}')")
            assert "ConnectionRefusedError" in learner.reply()["error"]


@pytest.mark.parametrize("family", ["AF_VSOCK", "AF_NETLINK", "AF_PACKET", "AF_ALG"])
def test_other_families_are_refused(learner: Learner, family: str) -> None:
    learner.send(f"import socket; socket.socket(socket.{family}, socket.SOCK_RAW)")
    assert "Address family not supported" in learner.reply()["error"]


# --- what it sees ---------------------------------------------------------------------------------------------


def test_the_course_is_not_there(learner: Learner) -> None:
    for path in (ROOT, ROOT / "nbgrader_config.py", Path(__file__), Path.home() / ".bashrc", Path("/etc/passwd")):
        assert learner.run(f"import os; answer = os.path.exists({str(path)!r}) and os.listdir({str(path)!r})") in (
            False,
            [],
        )
    assert learner.run("import os; answer = os.listdir('/home')") == ["learner"]


@pytest.mark.parametrize("name", ["reference", "autograder", "sandboxed", "pytest", "nbgrader", "wire", "session"])
def test_what_is_not_for_learners_can_not_be_imported(learner: Learner, name: str) -> None:
    learner.send(f"import {name}")
    assert learner.reply()["error"].startswith("ModuleNotFoundError")


def test_what_is_for_learners_can_be_imported(learner: Learner) -> None:
    learner.run("""
        import numpy, matplotlib.pyplot, IPython, msgpack, mpl_toolkits.mplot3d, PIL.Image
        answer = None
    """)
    assert learner.run("help; quit; answer = __import__('sys').path[-1]") == "/env"


@pytest.fixture(params=["wheel", "editable"])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A virtual environment inside a course folder that has our packages in one way or another."""
    course = tmp_path / "course"
    venv = course / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    (ours,) = {Path(path) for path in sys.path if path.endswith("-packages") and Path(path, "packaging").is_dir()}
    for source in ours.iterdir():
        if not source.name.startswith(
            ("autograder", "reference", "embedding_space_math", "__editable__", "__pycache__")
        ):
            (packages / source.name).symlink_to(source)
    for name in ("autograder", "reference"):
        home = course if request.param == "editable" else packages
        (home / name).mkdir()
        for source in (ROOT / name).rglob("*.py"):
            target = home / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    if request.param == "editable":
        (packages / "ours.pth").write_text(f"{course}\n")
    else:
        information = packages / "embedding_space_math-1.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Metadata-Version: 2.1\nName: embedding-space-math\nVersion: 1\n")
        record = "autograder/__init__.py,,\nreference/__init__.py,,\nembedding_space_math-1.dist-info/METADATA,,\n"
        (information / "RECORD").write_text(record)
    return venv


def test_ours_is_out_of_sight_however_it_is_installed(environment: Path) -> None:
    """Run from within such an environment, even where a course names our distribution as one for learners."""
    script = f"""
        import importlib.util, sys
        sys.path.append({str(Path(__file__).parent)!r})
        assert importlib.util.find_spec("reference").origin.startswith({str(environment.parent)!r})
        import learners as t
        from autograder.sandbox import Level, start_judge, start_worker
        with start_worker(Level.FORK, session=t.SESSION) as zygote:
            learner = t.Learner(zygote)
            for name in ("reference", "autograder"):
                learner.send("import " + name)
                assert learner.reply()["error"].startswith("ModuleNotFoundError"), name
            assert not learner.run("import os; answer = os.path.exists({str(environment.parent)!r})")
            learner.run("import numpy, matplotlib")
            learner.close()
        with start_judge(Level.FORK, [t.JUDGES], module="run_judge") as zygote:
            seen = t.judge(zygote, '''if True:
                import autograder, reference, os
                answer = [reference.__file__, os.path.exists({str(environment.parent)!r})]
            ''')
            assert seen == ["/packages/reference/__init__.py", False], seen
    """
    environment_variables = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [environment / "bin/python", "-P", "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        env=environment_variables,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_python_has_compiled_of_the_workers_code_lies_where_python_looks(tmp_path: Path) -> None:
    code = tmp_path / "other.py"
    code.write_text("x = 1\n")
    bind = Bind(str(code), "/code/session.py")
    assert _compiled([bind]) == []
    compiled = py_compile.compile(str(code), doraise=True)
    assert _compiled([bind]) == [Bind(compiled, cache_from_source("/code/session.py"))]
