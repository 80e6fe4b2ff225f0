"""The retraining DAGs, one for each model file.

`retrain` is the table of contents: tasks and arrows. `tasks` is what each Python task does,
`operators` are the three that wait for a service. Everything else is pure (`conf`, `identity`,
`requests`, `gate`, `outcome`) or speaks to exactly one service.

Airflow loads it from `retrain.zip`: `entry` is the zip's root file `retrain.py`.
"""
