"""ALiBi: one slope a head, and a penalty for distance in place of a position vector."""
