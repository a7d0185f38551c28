def derivative(f, x):
    def again(y):
        return f(again(y - 1) if y > 0 else y)

    return again(20)
