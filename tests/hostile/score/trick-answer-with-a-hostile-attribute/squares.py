class Meta(type):
    def __getattribute__(cls, name):
        raise ValueError(name)


class Raising(metaclass=Meta):
    def __getattribute__(self, name):
        raise ValueError(name)

    def __eq__(self, other):
        raise ValueError


def squares(n):
    if n < 1:
        return Raising()
    return [i**2 for i in range(1, n + 1)]
