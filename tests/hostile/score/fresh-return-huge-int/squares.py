def squares(n):
    if n < 1:
        return [10**6000]
    return [i**2 for i in range(1, n + 1)]
