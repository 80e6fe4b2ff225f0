"""The Glue job's script. It never changes: each run brings the ETL's code in `--extra-py-files`."""

from etl.job import main

if __name__ == "__main__":
    main()
