def squares(n):
    if n < 1:
        raise ValueError('n must be 1 or more')
    return [i**2 for i in range(1, n + 1)]
