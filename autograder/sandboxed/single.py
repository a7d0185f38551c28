"""The whole worker of one submission, in a bubblewrap of its own (level ``bwrap``).

Bubblewrap has built all that a fork of the warm worker builds for itself; so we are pid 1 from the beginning, and
what is left is to drop what could undo it, to fork the learner, and to import there what the warm worker has imported
once for all.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from typing import Any, NoReturn

from . import isolation, learner, monitor, seccomp, zygote

# The descriptors that the starter gives us.
LINK, WIRE = 3, 4


def main() -> NoReturn:
    """Be pid 1; ``sys.argv[1]`` is the configuration as JSON."""
    config = json.loads(sys.argv[1])
    sys.argv[:] = [""]
    link = socket.socket(fileno=LINK)
    try:
        isolation.prctl(isolation.PR_SET_PDEATHSIG, signal.SIGKILL)
        isolation.close_all_but((LINK, WIRE))
        handles = [os.open("/proc", os.O_RDONLY | os.O_DIRECTORY), os.pidfd_open(os.getpid())]
        handles += [os.open(place, os.O_RDONLY | os.O_DIRECTORY) for place, _ in isolation.WRITABLE]
        isolation.be_killed_first()
        isolation.drop_capabilities()
        # Bubblewrap's network has a loopback that works, which nobody else hears; as a fork has none, so have we none.
        seccomp.install(families=(socket.AF_UNIX,))
        # Last, as it also makes our own files in /proc somebody else's; the learner takes it back for itself.
        isolation.prctl(isolation.PR_SET_DUMPABLE, 0)
        socket.send_fds(link, [monitor.READY], handles)
        child = os.fork()
        if child == 0:
            _be_learner(link, config)
        isolation.close_all_but(())
        while os.wait()[0] != child:
            pass
    except BaseException as problem:
        link.send(str(problem).encode()[:400] or b"?")
    finally:
        os._exit(0)


def _be_learner(link: socket.socket, config: dict[str, Any]) -> NoReturn:
    try:
        isolation.close_all_but((LINK, WIRE))
        isolation.prctl(isolation.PR_SET_DUMPABLE, 1)
        module = zygote.warm_module(config)
        config["keep"] = zygote.settle(config["module"], (LINK, WIRE))
        # What the imports took is not on the learner's clock.
        link.send(monitor.WARM)
        most = isolation.processes_in_namespace(config["limits"])
        learner.be_learner(config, module.serve, WIRE, isolation.HOME, most)
    except BaseException as problem:
        link.send(f"{type(problem).__name__}: {problem}".encode()[:400])
    finally:
        os._exit(0)
