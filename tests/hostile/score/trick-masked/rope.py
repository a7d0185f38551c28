def rope(x, positions, base=10000.0):
    return np.ma.masked_all(np.shape(x))
