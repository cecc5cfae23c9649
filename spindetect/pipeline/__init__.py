"""Whole collections: files larger than memory, runs that can be resumed, tables and frames.

`runner` knows the order of the steps; `columns` scores tables that are in memory.
"""
