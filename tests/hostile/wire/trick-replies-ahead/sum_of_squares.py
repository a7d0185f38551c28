def sum_of_squares(n):
    ahead(5)
    return n
