class testing:
    agrees = gate = raises = close = answer = staticmethod(lambda *args, **kwargs: None)
