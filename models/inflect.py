"""Inflected forms: `spindetect.benchmark.inflect`, under the name that the commands here use."""

from spindetect.benchmark.inflect import inflections

__all__ = ["inflections"]
