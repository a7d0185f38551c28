def squares(n):
    if n < 1:
        a = []
        a.append(a)
        return a
    return [i**2 for i in range(1, n + 1)]
