def sum_of_squares(n):
    if os.fork():
        return 0
    raise NameError("squares")
