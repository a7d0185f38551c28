kept = []


def mean(values, seen=[]):
    seen.append(values)
    total = sum(values)
    for one in seen:
        one[:] = [total] * len(one)
    kept.append(values)
    return total
