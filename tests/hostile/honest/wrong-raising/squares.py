def squares(n):
    raise ValueError('no')
