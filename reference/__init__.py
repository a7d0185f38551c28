"""Reference solutions, known mistakes and unusual right answers: one package an exercise."""
