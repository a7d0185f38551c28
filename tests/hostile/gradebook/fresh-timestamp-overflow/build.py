def build(folder, notebook):
    (folder / "timestamp.txt").write_text("0001-01-01 00:00:00.000000 +14:00", encoding="utf-8")
