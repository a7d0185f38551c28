def squares(n):
    flood(3000)
    return [0] * max(n, 0)
