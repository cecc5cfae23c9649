"""What a run costs beside the detector: time and memory of reader, writer and workers.

``python tests/run_cost.py 50000 jsonl`` writes so many documents of a thousand characters, scores
them with the detector of `stub_cli` into a file of that format, and prints what that took.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

TEXT = "One employee told me of it, and nobody knew why that was so. " * 16


def main(n: str, form: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in.jsonl")
        with source.open("w") as stream:
            for i in range(int(n)):
                stream.write(json.dumps({"id": i, "text": TEXT, "url": f"u{i}"}) + "\n")
        script = str(Path(__file__).with_name("stub_cli.py"))
        output = str(Path(folder, f"out.{form}"))
        arguments = [sys.executable, script, "score", str(source), "-o", output, "--n-jobs", "2"]
        subprocess.run(arguments, check=True, stderr=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(
        f"{n} documents to {form}: {seconds:.1f} CPU seconds, {memory:.0f} MB the largest process"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
