"""What the ETL is measured against: `python -m benchmarks.etl_baselines.<name> <file> <folder>`."""
