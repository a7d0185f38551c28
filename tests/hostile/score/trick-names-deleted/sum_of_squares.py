def sum_of_squares(n):
    return n


del sum_of_squares
