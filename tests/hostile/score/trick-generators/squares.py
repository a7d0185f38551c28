def squares(n):
    while True:
        yield n
