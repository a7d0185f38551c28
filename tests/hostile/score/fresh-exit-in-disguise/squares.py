class Deaf(GeneratorExit):
    pass


def squares(n):
    if n < 1:
        error = [SystemExit(ValueError("n")), Deaf("n")][n % 4 == 0]
        error.__context__ = ValueError("n")
        raise error from ValueError("n")
    return [i**2 for i in range(1, n + 1)]
