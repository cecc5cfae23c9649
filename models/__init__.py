"""Recipes of the models: commands that count, mine, train and measure; not part of the wheel."""
