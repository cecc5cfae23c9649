"""What can go wrong, as one small family of exceptions."""


class SpindetectError(Exception):
    """Base of every error that spindetect raises on purpose."""


class ModelError(SpindetectError):
    """A model folder is missing, damaged or of another format."""


class InputError(SpindetectError):
    """A document or a path that cannot be read."""
