def squares(n):
    return [10**9000 + n]
