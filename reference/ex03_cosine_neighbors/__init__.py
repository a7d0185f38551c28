"""Cosine similarity and nearest neighbours, with the rules that make a neighbour list unambiguous."""
