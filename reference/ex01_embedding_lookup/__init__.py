"""Embedding lookup: reading rows for token ids, and the gradient that comes back."""
