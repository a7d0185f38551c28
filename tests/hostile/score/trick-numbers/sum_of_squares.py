def sum_of_squares(n):
    return True if n == 1 else -float("inf")
