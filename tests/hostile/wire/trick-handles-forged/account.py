Account = Forged("function", 999, "Account", True)
