def half_split_permutation(d):
    return np.r_[0:d:2, 1:d:2]
