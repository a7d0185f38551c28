"""Anisotropy: a shared mean direction, a dominant variance direction, and what centring does to each."""
