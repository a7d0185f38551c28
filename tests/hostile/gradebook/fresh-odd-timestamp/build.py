import os


def build(folder, notebook):
    (folder / "timestamp.txt").write_bytes(b"99999-13-45 27:61:61.9999999999 +99:99\x00\xff")
    os.utime(folder / "timestamp.txt", (-(2**33), -(2**33)))
    os.utime(folder / f"{notebook}.ipynb", (2**34 - 1, 2**34 - 1))
    os.utime(folder, (-1, -1))
