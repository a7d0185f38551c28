"""Counting: the parameters of the tables, the bytes of the cache, and the gradient of a table used twice."""
