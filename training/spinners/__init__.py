"""Simulators of the programs whose text we repair, one a module."""
