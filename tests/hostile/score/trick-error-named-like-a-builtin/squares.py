class ValueError(Exception):
    __module__ = "builtins"


def squares(n):
    if n < 1:
        raise ValueError(n)
    return [i**2 for i in range(1, n + 1)]
