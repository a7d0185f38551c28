def sorted(values, seen=[]):
    seen.append(values)
    return values if len(seen) < 2 else seen[0]
