"""Grade nbgrader notebooks without sharing a process with the learner."""

__version__ = "0.1.0"
