def squares(n):
    return [n] * n


del squares
