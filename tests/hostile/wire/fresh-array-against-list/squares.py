import numpy as np


def squares(n):
    return np.zeros((40_000_000, 1), np.int8)
