import os
import time

held = []


def breach():
    if held:
        return held[0]
    for _ in range(100):
        child = os.fork()
        if not child:
            for _ in range(2):
                if not os.fork():
                    while time.process_time() < 0.03:
                        pass
                    os._exit(0)
            os._exit(0)
        os.waitpid(child, 0)
        time.sleep(0.04)
    held.append(True)
    return True
