class Loud:
    def __repr__(self):
        raise ValueError("loud")

    __str__ = __format__ = __repr__


class UnicodeTranslateError_(LookupError):
    def __init__(self, *args):
        super().__init__(*args)

    def __str__(self):
        raise ValueError("loud")

    @property
    def args(self):
        raise ValueError("loud")


def squares(n):
    if n < 1:
        error = UnicodeTranslateError_("\ud800", 0, 1, "n")
        error.__notes__ = [Loud(), b"\xff", "\ud800"]
        other = KeyError(Loud())
        error.__cause__, other.__cause__ = other, error
        error.__context__, other.__context__ = other, error
        raise error
    return [i**2 for i in range(1, n + 1)]
