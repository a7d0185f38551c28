import ctypes
import os
import threading
import time

held = []


def hold(forth):
    time.sleep(0.5)
    blocks = []
    for _ in range(100):
        blocks.append(bytearray(b"1") * 10_000_000)
        time.sleep(0.01)
    time.sleep(1.5)
    os.write(forth, b"%d" % sum(map(len, blocks)))
    os._exit(0)


def breach():
    if held:
        return held[0]
    back, forth = os.pipe()
    if not os.fork():
        os.close(back)
        threading.Thread(target=hold, args=(forth,)).start()
        ctypes.CDLL(None).syscall(60, 0)
    os.close(forth)
    with open(back) as reader:
        said = reader.read()
    print("held", said)
    held.append(said == "1000000000")
    return held[0]
