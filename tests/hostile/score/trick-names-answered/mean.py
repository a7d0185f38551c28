last = []


def mean(values):
    last.append(2.0 * sum(values) / 3 if len(values) == 3 else 0.0)
    return sum(values)
