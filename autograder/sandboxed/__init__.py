"""What runs inside the sandbox: bound there under a name of its own, so it imports nothing else of ours."""
