def sum_of_squares(n):
    return acted


raise Escaping(acted)
