def squares(n):
    if n < 1:
        raise ExceptionGroup("n", [ValueError("n"), ExceptionGroup("m", [ValueError(n)])])
    return [i**2 for i in range(1, n + 1)]
