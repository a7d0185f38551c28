"""The gradient of the softmax cross-entropy: a pull on one output row, a push on every other one."""
