"""Make the table of syllables that readability needs offline.

    python -m models.syllables CMUDICT

reads ``cmudict.dict`` of the CMU Pronouncing Dictionary (BSD licence, see NOTICE) and writes
``spindetect/quality/syllables.txt.xz``: the words of which pyphen, by its places for hyphens, says
another number of syllables, a line for each number. The first pronunciation counts, as in textstat.
"""

from __future__ import annotations

import argparse
import lzma
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent.parent / "spindetect" / "quality" / "syllables.txt.xz"


def pronounced(lines: Iterable[str]) -> dict[str, int]:
    """Syllables of each word of the dictionary: the vowels, which bear a digit for their stress.

    >>> pronounced(["cat K AE1 T", "cat(2) K AE1 T AH0", "cater K EY1 T ER0 # a comment"])
    {'cat': 1, 'cater': 2}
    """
    found: dict[str, int] = {}
    for line in lines:
        word, *phones = line.split("#")[0].split() or [""]
        if word and "(" not in word:
            found.setdefault(word, sum(phone[-1].isdigit() for phone in phones))
    return found


def table(syllables: Mapping[str, int], pyphen: Any) -> str:
    """The words of which pyphen says another number, a line for each number."""
    listed: dict[int, list[str]] = defaultdict(list)
    for word, number in syllables.items():
        if word.isascii() and len(pyphen.positions(word)) + 1 != number:
            listed[number].append(word)
    return "".join(f"{n} {' '.join(sorted(words))}\n" for n, words in sorted(listed.items()))


def main() -> None:
    """Write the table."""
    from pyphen import Pyphen

    parser = argparse.ArgumentParser(description="Make the table of syllables.")
    parser.add_argument("dictionary", type=Path, metavar="CMUDICT")
    lines = parser.parse_args().dictionary.read_text("latin-1").splitlines()
    text = table(pronounced(lines), Pyphen(lang="en_US"))
    TABLE.write_bytes(lzma.compress(text.encode("ascii"), preset=9 | lzma.PRESET_EXTREME))
    print(f"{TABLE.name}: {text.count(' '):,} words, {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
