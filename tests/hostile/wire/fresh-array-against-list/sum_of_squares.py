def sum_of_squares(n):
    return np.array(["0" * 10_000_000])
