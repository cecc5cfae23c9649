"""Options of the command ``spindetect`` that several of its own commands have."""

from __future__ import annotations

import argparse
from pathlib import Path

from spindetect.amounts import n_jobs, prior
from spindetect.inputs import SUFFIXES, Fields, Kind
from spindetect.modes import Mode

__all__ = [
    "PRESETS_HELP",
    "add_inputs",
    "add_jobs",
    "add_output",
    "add_overwrite",
    "add_paths",
    "add_presets",
    "add_resume",
    "add_setting",
    "add_sources",
    "fields_of",
    "kind_of",
]


# For the end of the help of a command with `add_presets`.
PRESETS_HELP = """\
presets:
  default           the project's own, cheap
  gopher c4 fineweb redpajama nemo dolma dclm textdescriptives
                    the signals of these systems, with the bounds that they publish (redpajama
                    has none)
  readability       sixteen indices, without bounds; needs: pip install "spindetect[readability]"
  all               every signal but those of readability, without bounds
A preset of your own is a TOML file (docs/quality.md).
"""


def add_paths(parser: argparse.ArgumentParser) -> None:
    """Add what is read: any number of paths, or standard input."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        help="a file, a folder, a pattern, or - for standard input, which is also read if none is "
        f"given; in a folder, files ending in {', '.join(SUFFIXES)} or one of these and .gz or "
        ".zst are read",
    )


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add what is read: paths, of which there must be one."""
    parser.add_argument(
        "paths", metavar="IN", nargs="+", help="files, folders, patterns, or - for standard input"
    )


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """Add how the files that are read hold documents."""
    parser.add_argument(
        "--input-format",
        choices=[kind.value for kind in Kind],
        default=Kind.AUTO.value,
        help="what the files hold; told by name and content if not given",
    )
    parser.add_argument(
        "--text-field",
        metavar="NAME",
        default="text",
        help="field of a JSONL line or column of a table that holds the text (default: "
        "%(default)s)",
    )
    parser.add_argument(
        "--html-field",
        metavar="NAME",
        default="html",
        help="field or column that holds HTML, where there is no text (default: %(default)s)",
    )
    parser.add_argument(
        "--id-field",
        metavar="NAME",
        default="id",
        help="field or column that holds the id (default: %(default)s)",
    )


def add_presets(parser: argparse.ArgumentParser, purpose: str) -> None:
    """Add the presets of quality rules; `purpose` is the rest of what the help says of them."""
    parser.add_argument(
        "--preset",
        metavar="NAME",
        action="append",
        help="a preset (see below), or a TOML file ending in .toml; can be given several times "
        f"({purpose})",
    )
    parser.add_argument(
        "--flagged-words",
        metavar="FILE",
        type=Path,
        help="words and phrases, one on each line, that the rules flagged_terms (of c4, redpajama) "
        "and flagged_words count; none ship with the package",
    )


def add_resume(parser: argparse.ArgumentParser) -> None:
    """Add what to do with an output that is there, or was begun."""
    again = parser.add_mutually_exclusive_group()
    again.add_argument(
        "--resume",
        action="store_true",
        help="go on with an output file where a run that was stopped left it; begin it if it is "
        "not there, do nothing if it is complete",
    )
    add_overwrite(again)


def add_overwrite(parser: argparse.ArgumentParser | argparse._MutuallyExclusiveGroup) -> None:
    """Add what to do with an output that is there."""
    parser.add_argument(
        "--overwrite", action="store_true", help="replace an output file that exists"
    )


def add_output(parser: argparse.ArgumentParser, adjective: str) -> None:
    """Add where records are written, and whether with the text that was `adjective`."""
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE")
    parser.add_argument(
        "--with-text", action="store_true", help=f"add the {adjective} text to each JSON record"
    )


def add_setting(parser: argparse.ArgumentParser) -> None:
    """Add how documents are scored."""
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default=Mode.BALANCED.value,
        help="how sure a verdict must be (default: %(default)s)",
    )
    parser.add_argument(
        "--prior",
        metavar="P",
        type=prior,
        default=0.5,
        help="share of spun documents that you expect, between 0 and 1 (default: %(default)s); "
        "shifts probabilities of documents, and no verdicts",
    )
    parser.add_argument("--model", metavar="FOLDER", type=Path, help="a model of your own")


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add the number of processes of a command that stays in one unless it is told otherwise."""
    parser.add_argument(
        "--n-jobs",
        metavar="N",
        type=n_jobs,
        default=1,
        help="processes to use (default: %(default)s); -1 is one for each core",
    )


def kind_of(options: argparse.Namespace) -> Kind:
    """What the files hold, by the options of `add_inputs`."""
    return Kind(options.input_format)


def fields_of(options: argparse.Namespace) -> Fields:
    """How rows hold documents, by the options of `add_inputs`."""
    return Fields(options.text_field, options.html_field, options.id_field)
