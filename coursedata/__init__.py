"""A small table of real pretrained vectors, and the word pairs that the course asks it about."""
