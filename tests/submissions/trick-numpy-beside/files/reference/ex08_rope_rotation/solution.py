rope = None
