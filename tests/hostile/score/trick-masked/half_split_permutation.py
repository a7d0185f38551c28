def half_split_permutation(d):
    return np.matrix(range(d))
