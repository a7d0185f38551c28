made = {k * (2**61 - 1): None for k in range(12_000)}


def squares(n):
    return made
