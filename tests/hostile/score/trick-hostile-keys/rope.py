def rope(x, positions, base=10000.0):
    x, positions = np.asarray(x, dtype=float), np.asarray(positions)
    T, d = x.shape[-2:]
    if d % 2 or positions.shape not in ((T,), (1,)):
        raise ValueError("these shapes do not fit")
    angles = positions[:, None] * base ** (-np.arange(0, d, 2) / d)
    cos, sin = np.cos(angles), np.sin(angles)
    rotated = np.empty(x.shape)
    rotated[..., 0::2] = x[..., 0::2] * cos - x[..., 1::2] * sin
    rotated[..., 1::2] = x[..., 0::2] * sin + x[..., 1::2] * cos
    return rotated
