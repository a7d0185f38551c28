def squares(n):
    if n < 1:
        result = []
        result.append(result)
        return result
    return [i**2 for i in range(1, n + 1)]
