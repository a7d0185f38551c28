def squares(n):
    if n < 1:
        return ["\udfff"]
    return [i**2 for i in range(1, n + 1)]
