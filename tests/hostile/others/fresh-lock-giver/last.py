import fcntl
import time

file = open("/env/numpy/version.py", "rb")
try:
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("locked")
except OSError as error:
    print(error)
until = time.time() + 8
while time.time() < until:
    with open("/env/numpy/ctypeslib/__init__.py", "rb") as other:
        other.read(1)
    time.sleep(0.1)
