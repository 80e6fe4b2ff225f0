"""What models are measured by: XGBoost as careful people tune it, and a straight line.

XGBoost gets what a person would give it: Optuna's search over eight settings, early stopping on the
validation rows, then one more fit on training and validation rows with as many rounds.
"""
# pyright: basic, reportMissingImports=false
# optuna, pandas and scikit-learn are in an environment of their own (`make bench-quality`)

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import optuna
import pandas as pd
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, PoissonRegressor, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from training_image.booster import usable_threads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training_image.dataset import Split
    from training_image.schema import Schema

    Floats = NDArray[np.float32]

OBJECTIVES: Final = {
    "squared_error": ("reg:squarederror", "rmse"),
    "poisson": ("count:poisson", "poisson-nloglik"),
    "binary": ("binary:logistic", "logloss"),
    "multiclass": ("multi:softprob", "mlogloss"),
}
ROUNDS: Final = 2_000
PATIENCE: Final = 30


@dataclass(frozen=True)
class Tuned:
    """A search for the best XGBoost."""

    objective: str
    schema: Schema
    trials: int

    def predictions(self, train: Split, validation: Split, test: Split) -> Floats:
        """Return the best one's predictions of the test rows."""
        rows, judged = self.matrix(train), self.matrix(validation)

        def attempt(trial: optuna.Trial) -> float:
            grown = xgboost.train(
                self.settings(trial, rows.num_row()),
                rows,
                ROUNDS,
                evals=[(judged, "validation")],
                early_stopping_rounds=PATIENCE,
                verbose_eval=False,
            )
            trial.set_user_attr("rounds", grown.best_iteration + 1)
            return grown.best_score

        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
        study.optimize(attempt, n_trials=self.trials)
        both = self.matrix(train.together(validation))
        more = both.num_row() / rows.num_row()
        rounds = round(study.best_trial.user_attrs["rounds"] * more)
        best = optuna.trial.FixedTrial(study.best_params)
        grown = xgboost.train(self.settings(best, both.num_row()), both, rounds)
        found = grown.predict(self.matrix(test))
        return np.stack([1 - found, found], axis=1) if self.objective == "binary" else found

    def settings(self, trial: optuna.Trial | optuna.trial.FixedTrial, rows: int) -> dict[str, Any]:
        """Return the settings of a trial on so many rows."""
        objective, metric = OBJECTIVES[self.objective]
        classes = {"num_class": len(self.schema.classes)} if self.objective == "multiclass" else {}
        return {
            "objective": objective,
            "eval_metric": metric,
            **classes,
            "seed": 0,
            "nthread": usable_threads(rows),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.3, log=True),
            "max_depth": trial.suggest_int("max_depth", 2, 10),
            "min_child_weight": trial.suggest_float("min_child_weight", 0.5, 50, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1),
            "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 1),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.01, 20, log=True),
            "reg_alpha": trial.suggest_float("reg_alpha", 0.001, 5, log=True),
            "gamma": trial.suggest_float("gamma", 0.0001, 1, log=True),
        }

    def matrix(self, split: Split) -> xgboost.DMatrix:
        """Return rows as XGBoost takes them; words are categories to it."""
        frame = frame_of(split, self.schema)
        for column in self.schema.categories:
            frame[column.name] = pd.Categorical(frame[column.name], categories=column.values)
        return xgboost.DMatrix(frame, split.target, enable_categorical=True)


def line_predictions(objective: str, schema: Schema, train: Split, test: Split) -> Floats:
    """Return what a straight line says of the test rows: least squares, Poisson's or logistic."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    prepared = make_column_transformer(
        (numbers, [column.name for column in schema.numbers]),
        (OneHotEncoder(handle_unknown="ignore"), [column.name for column in schema.categories]),
    )
    learners = {"squared_error": RidgeCV(), "poisson": PoissonRegressor(max_iter=1000)}
    model = make_pipeline(prepared, learners.get(objective) or LogisticRegression(max_iter=2000))
    model.fit(frame_of(train, schema), train.target)
    asked = frame_of(test, schema)
    return model.predict(asked) if objective in learners else model.predict_proba(asked)


def frame_of(split: Split, schema: Schema) -> pd.DataFrame:
    """Return rows as a data frame."""
    numbers = pd.DataFrame(split.features.numeric, columns=[one.name for one in schema.numbers])
    words = pd.DataFrame(
        split.features.categorical, columns=[one.name for one in schema.categories]
    )
    return pd.concat([numbers, words], axis=1)
