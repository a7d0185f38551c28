script = "</pre></code><script>document.title = 'acted'</script><img src=x onerror=alert(1)>"
Markup = type("<b onclick=alert(1)>Error</b>", (RuntimeError,), {"__module__": "<script>"})


def squares(n):
    if n < 1:
        return script
    raise Markup(f"{script}\n\n[click](javascript:alert(1))\n```html\n{script}")
