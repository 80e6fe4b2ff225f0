"""The models of this project: one YAML file each, one schema for all of them.

The only package that everybody may import: `schema` (what a model is), `load` (YAML to a model).
"""
