"""The training image: one container that trains a model and serves it, as SageMaker starts it."""
