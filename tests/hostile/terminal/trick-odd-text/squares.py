class Meta(type):
    __name__ = "\ud800\0\x1b[31mpassed"


class Odd(Exception, metaclass=Meta):
    pass


def squares(n):
    print("\ud800\0\x1b[2J\u202e1.0")
    raise Odd("\ud800\0\x1b[2J\u202e[bold]passed[/bold]")


"\ud800\0\x1b[2J"
