"""Drop spun submissions in a pipeline of datatrove."""

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

from spindetect.pipeline.datatrove import SpinAnnotator, SpinFilter

if __name__ == "__main__":
    executor = LocalPipelineExecutor(
        [
            JsonlReader(".", glob_pattern="submissions.jsonl"),
            SpinAnnotator(results=["spin_anomalies"]),
            SpinFilter(mode="high_precision", exclusion_writer=JsonlWriter("dropped")),
            JsonlWriter("kept"),
        ],
        tasks=1,
        logging_dir="logs",
    )
    stats = executor.run()
    for name, count in stats.stats[2].stats.items():
        print(name, int(count.total))
