"""Sinusoidal positions: clock hands for every place, and the one matrix that moves them all."""
