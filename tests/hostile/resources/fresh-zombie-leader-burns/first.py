import ctypes
import os
import threading
import time

held = []


def burn(forth):
    time.sleep(0.3)
    while time.process_time() < 5:
        pass
    os.write(forth, b"burnt")
    os._exit(0)


def breach():
    if held:
        return held[0]
    back, forth = os.pipe()
    if not os.fork():
        os.close(back)
        threading.Thread(target=burn, args=(forth,)).start()
        ctypes.CDLL(None).syscall(60, 0)
    os.close(forth)
    with open(back) as reader:
        held.append(reader.read() == "burnt")
    return held[0]
