def squares(n):
    return [n] * n


def sum_of_squares(n):
    return n
