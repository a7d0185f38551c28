# the built-in one will do
