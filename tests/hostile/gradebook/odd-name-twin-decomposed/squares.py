def squares(n):
    return [i**2 for i in range(1, n + 1)]
