def sum_of_squares(n):
    return n
