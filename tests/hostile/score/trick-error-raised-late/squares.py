def squares(n):
    if n < 1:
        return (1 / 0 for _ in [0])
    return [i**2 for i in range(1, n + 1)]
