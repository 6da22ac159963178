"""Metrics, each a file that stands alone: `evaluate.load("eval/metrics/edits.py")` takes it as is.

`evaluate` copies such a file to a cache and imports the copy, so none imports
another module of this project. The functions do the work; each file's class
only hands them what `evaluate` collects.
"""
