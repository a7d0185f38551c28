acted = "\x1b[2J\x1b]0;acted\x07\x1b[38;5;201m\x9b2J[reverse]acted[/reverse][/no-such-tag][link=http://127.0.0.1:9]:skull:\r\x08\x7f"
Escaping = type(f"Error{acted}", (RuntimeError,), {})


def squares(n):
    if n < 1:
        return acted
    print(acted)
    raise Escaping(acted)


print(acted)
