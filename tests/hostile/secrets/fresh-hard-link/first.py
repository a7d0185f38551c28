def breach():
    for name in ("a.txt", "b.txt"):
        try:
            with open(name, "rb") as file:
                if b"BEGIN SOLUTION" in file.read() or name == "b.txt":
                    print("read", name)
                    return True
        except OSError as error:
            print(error)
    return False
