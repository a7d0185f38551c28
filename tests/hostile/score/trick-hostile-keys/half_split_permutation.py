def half_split_permutation(d):
    return np.concatenate([np.arange(0, d, 2), np.arange(1, d, 2)])
