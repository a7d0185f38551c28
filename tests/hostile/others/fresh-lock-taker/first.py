import fcntl
import time

held = []


def breach():
    if held:
        return held[0]
    until = time.time() + 5
    while time.time() < until:
        with open("/env/numpy/version.py", "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.flock(file, fcntl.LOCK_UN)
            except BlockingIOError as error:
                print(error)
                held.append(True)
                return True
            except OSError as error:
                print(error)
                break
        time.sleep(0.05)
    held.append(False)
    return False
