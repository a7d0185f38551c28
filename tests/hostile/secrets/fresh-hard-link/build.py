import os


def build(folder, notebook):
    course = folder.parents[2]
    for name, target in (("a.txt", f"source/ps1/{notebook}.ipynb"), ("b.txt", "nbgrader_config.py")):
        try:
            os.link(course / target, folder / name)
        except OSError:
            pass
