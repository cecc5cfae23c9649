"""Score submissions on Ray."""

import ray

from spindetect.pipeline.ray import score_column

# One core more than there are workers: reading and writing are tasks of their own.
ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR")

pages = ray.data.read_json("submissions.jsonl")
scored = score_column(pages, "text", mode="high_precision", workers=1)
scored.write_parquet("scored-ray")

for row in sorted(ray.data.read_parquet("scored-ray").take_all(), key=lambda row: row["id"]):
    print(row["id"], row["spin_verdict"], len(row["spin_anomalies"]), "phrases")
