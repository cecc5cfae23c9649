"""Score submissions on Spark."""

import os
import sys

from pyspark.sql import SparkSession

from spindetect.pipeline.spark import score_column

# Workers start "python3" unless they are told which one has the package.
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
spark = SparkSession.builder.master("local[2]").getOrCreate()

pages = spark.read.schema("id string, text string").json("submissions.jsonl")
scored = score_column(pages, "text", mode="high_precision")
scored.write.parquet("scored-spark")

found = spark.read.parquet("scored-spark").orderBy("id")
found.selectExpr("id", "spin_verdict", "round(spin_probability, 3) as p", "spin_error").show()
