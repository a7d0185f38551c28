secret = "NEIGHBOUR-7f3a"
