def half_split_permutation(d):
    return np.arange(d)
