def squares(n):
    if n < 1:
        return ValueError
    return [i**2 for i in range(1, n + 1)]
