"""One-hot vectors: lookup as a matrix product, and what the product costs."""
