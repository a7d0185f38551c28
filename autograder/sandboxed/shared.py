"""What the system call filter refuses besides where processes, network and files are shared with the whole machine.

At level ``landlock`` no namespace keeps a submission apart, and Landlock knows only the opening of files, TCP, abstract
sockets and signals. Numbers on x86_64 and aarch64; None where the architecture has no such call.
"""

from __future__ import annotations

Numbers = tuple[int | None, int | None]

REFUSED: dict[str, Numbers] = {
    # sockets: there is no network, and who listens at a socket of the machine must not be reached
    "bind": (49, 200),
    "connect": (42, 203),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    # objects of others, by numbers that can be guessed
    "mq_unlink": (241, 181),
    "shmctl": (31, 195),
    "msgctl": (71, 187),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "semctl": (66, 191),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    # what old versions of Landlock don't see, and what none does
    "truncate": (76, 45),
    "file_setattr": (469, 469),
    "ioprio_set": (251, 30),
}

# Allowed only on the calling process itself: so many of the first arguments must be zero.
ON_ITSELF: dict[str, tuple[tuple[int, int], int]] = {
    "prlimit64": ((302, 261), 1),
    "sched_setaffinity": ((203, 122), 1),
    "sched_setscheduler": ((144, 119), 1),
    "sched_setparam": ((142, 118), 1),
    "sched_setattr": ((314, 274), 1),
    "setpriority": ((141, 140), 2),
}
SOCKETPAIR = (53, 199)
# Set in the types of unix sockets that could send to any address: datagrams.
DATAGRAM_BIT = 2
