"""``python -m spindetect`` is the command ``spindetect``."""

import sys

from spindetect.cli import main

if __name__ == "__main__":
    sys.exit(main())
