open("../../../harm-was-here", "w").write("harm")
raise SystemExit(1)
