import os
import time

held = []


def breach():
    if held:
        return held[0]
    total = 0
    for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
        try:
            with open(folder + "/full", "wb") as file:
                for _ in range(62):
                    total += file.write(b"1" * 1_000_000)
        except OSError as error:
            print(folder, error)
    block = bytearray(b"1") * 650_000_000
    time.sleep(1)
    held.append(total + len(block) > 768 * 2**20)
    return held[0]
