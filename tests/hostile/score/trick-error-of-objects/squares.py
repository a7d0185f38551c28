def squares(n):
    raise ValueError(object())
