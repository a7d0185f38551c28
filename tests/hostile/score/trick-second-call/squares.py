calls = 0


def squares(n):
    global calls
    calls += 1
    return [1] if calls % 2 else [n] * n
