def rope(x, positions, base=10000.0):
    """As many different payloads as there are numbers, signalling ones among them."""
    size = np.size(x)
    quiet = np.arange(1, size + 1, dtype=np.uint64) | np.uint64(0x7FF8000000000000)
    return np.where(np.arange(size) % 2, quiet, quiet ^ np.uint64(0x8008000000000000)).view(np.float64).reshape(np.shape(x))
