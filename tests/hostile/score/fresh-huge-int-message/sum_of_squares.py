def sum_of_squares(n):
    return -(10**9000)
