def squares(n):
    if n < 1:
        print("\ud800")
        return []
    return [i**2 for i in range(1, n + 1)]
