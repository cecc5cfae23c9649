"""``python -m spindetect`` is the command ``spindetect``."""

import sys

# What a shell says of a command that Ctrl-C has stopped, as in `spindetect.streaming`, which is not
# loaded yet.
_STOPPED = 130


def main() -> int:
    """Run the command with the arguments of the process; its exit code.

    Ctrl-C ends it without a word, even while its modules are being loaded.
    """
    try:
        from spindetect import cli

        return cli.main()
    except KeyboardInterrupt:
        return _STOPPED


if __name__ == "__main__":
    sys.exit(main())
