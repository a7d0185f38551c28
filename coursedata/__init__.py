"""What the course's chapters share: a small vocabulary, and a small table of real vectors."""
