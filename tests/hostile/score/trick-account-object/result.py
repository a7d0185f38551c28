data = [2.0, 4.0, 9.0]
expected = 0.0
