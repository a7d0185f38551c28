def rope_shapes(B, H, T, d_head):
    signalling = np.array([0x7FF0000000000001, 0xFFF7FFFFFFFFFFFF], dtype=np.uint64).view(np.float64)
    return dict.fromkeys(("q", "k", "v", "scores", "out"), tuple(signalling))
