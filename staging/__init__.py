"""What a push stages: the ETL's code, the DAG files and the model files, and the image's tag.

`code` runs in the staging build, `image` and `publish` in the image build. A commit's code manifest
is written last, so a commit without one was never staged; `code/current.json` and the DAG files
never go back to an older commit.
"""
