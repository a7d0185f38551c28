import os
import threading
import time


def burn():
    while True:
        pass


def breach():
    if threading.active_count() == 1:
        threading.Thread(target=burn, daemon=True).start()
        if not os.fork():
            burn()
    # The thread's seconds, so that a busy machine changes nothing.
    started = time.process_time()
    while time.process_time() - started < 3:
        time.sleep(0.1)
    return True
