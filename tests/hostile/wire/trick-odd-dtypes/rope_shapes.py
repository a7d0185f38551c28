def rope_shapes(B, H, T, d_head):
    return np.longdouble(B)
