import socket
import time

held = []


def breach():
    if held:
        return held[0]
    until = time.time() + 5
    while time.time() < until:
        for family, address in ((socket.AF_UNIX, "\0fresh"), (socket.AF_INET, ("127.0.0.1", 38713))):
            try:
                with socket.socket(family) as link:
                    link.settimeout(1)
                    link.connect(address)
                    print(family, link.recv(100))
                    held.append(True)
                    return True
            except OSError:
                pass
        time.sleep(0.05)
    held.append(False)
    return False
