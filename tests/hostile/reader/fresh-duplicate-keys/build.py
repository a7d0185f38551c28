def build(folder, notebook):
    path = folder / f"{notebook}.ipynb"
    text = path.read_text(encoding="utf-8")
    text = text.replace('"points": 1', '"points": 1, "points": 1e999, "points": ' + "9" * 5000)
    text = text.replace(
        '"locked": false', '"locked": false, "locked": NaN, "grade": -Infinity, "schema_version": 1e400'
    )
    text = text.replace('"nbformat": 4', '"nbformat": 4, "nbformat": 4.0, "x": ' + "-" + "1" * 6000)
    path.write_text(text, encoding="utf-8")
