class Account(ValueError):
    balance = 15

    def deposit(self, amount):
        raise self
