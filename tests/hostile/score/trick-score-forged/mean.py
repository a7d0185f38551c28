def mean(values):
    global points
    points = 2
    print(2)
    display(2)
    return sum(values)


points = 2
points
