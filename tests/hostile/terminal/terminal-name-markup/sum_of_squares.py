def sum_of_squares(n):
    return sum(squares(n))
