"""What the chapters share: a small vocabulary, a small table of real vectors, and the word pairs asked about it."""
