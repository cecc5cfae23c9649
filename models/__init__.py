"""Recipes of models: what counts, mines, trains and measures (`spindetect.training` in a wheel)."""
