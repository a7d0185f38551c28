"""Analogies as directions: the query b - a + c, what may answer it, and how constant an offset is."""
