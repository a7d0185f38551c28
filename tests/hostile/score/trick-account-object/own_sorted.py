def sorted(values):
    return list(values)
