def breach():
    return True
