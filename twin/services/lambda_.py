"""What the twin adds to moto's Lambda: functions that run, and the settings that moto drops.

moto runs functions in docker. Here `twin.executors.functions` runs them from the zip that moto
keeps, with the function's own variables, role, timeout and log group.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final

from moto.awslambda.exceptions import InvalidParameterValueException, LambdaClientError
from moto.awslambda.models import LambdaBackend, LambdaFunction

from twin.executors.function_environment import Function
from twin.executors.functions import Functions
from twin.services.lambda_invocations import (
    DEFAULT_RETRIES,
    Deployed,
    Invocation,
    Invocations,
)
from twin.services.roles import is_taken_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin.cloud import Cloud
    from twin.executors.function_environment import Invoked

RESERVED: Final = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)
"""Variables that Lambda sets itself, and refuses to take from a function's configuration."""

DROPPED: Final = ("DeadLetterConfig", "LoggingConfig")
"""Settings that moto forgets; they are kept beside its own."""

PRINCIPAL: Final = "lambda.amazonaws.com"

_moto_add_permission = LambdaBackend.add_permission
_moto_init = LambdaFunction.__init__
_moto_update = LambdaFunction.update_configuration
_moto_configuration = LambdaFunction.get_configuration
_moto_put_invoke_config = LambdaBackend.put_function_event_invoke_config


def install(cloud: Cloud) -> None:
    """Complete moto's Lambda for this cloud."""
    functions = Functions(
        cloud.workspace.run / "functions", cloud.role_environment, cloud.log_stream
    )
    cloud.on_stop(functions.stop)
    LambdaBackend.add_permission = _add_permission
    LambdaFunction.__init__ = _init
    LambdaFunction.update_configuration = _update_configuration
    LambdaFunction.get_configuration = _get_configuration
    LambdaBackend.put_function_event_invoke_config = _put_invoke_config
    LambdaBackend.invoke = _Invoke(cloud, Invocations(cloud, functions)).bound()


class RequestRefusedError(LambdaClientError):
    """An invocation that Lambda refuses before the function sees it."""


class _Invoke:
    """Answers the Invoke API."""

    def __init__(self, cloud: Cloud, invocations: Invocations) -> None:
        self._cloud = cloud
        self._invocations = invocations

    def bound(self) -> Any:
        """Return the method that moto's backend gets."""

        def invoke(
            backend: LambdaBackend,
            function_name: str,
            qualifier: str | None,
            body: Any,
            headers: Mapping[str, str],
            response_headers: dict[str, Any],
        ) -> bytes:
            invocation = Invocation(_event(body))
            kind = headers.get("X-Amz-Invocation-Type", "RequestResponse")
            deployed = self._deployed(backend.get_function(function_name, qualifier))
            response_headers["x-amzn-RequestId"] = invocation.request_id
            if kind == "DryRun":
                return b""
            if kind == "Event":
                self._invocations.later(
                    lambda: self._deployed(backend.get_function(function_name, qualifier)),
                    invocation,
                )
                return b""
            invoked = self._invocations.now(deployed, invocation)
            return _answer(deployed.function, invoked, response_headers)

        return invoke

    def _deployed(self, stored: LambdaFunction) -> Deployed:
        kept: dict[str, Any] = vars(stored).get("twin_settings", {})
        config: dict[str, Any] = (
            stored.event_invoke_config[-1].config if stored.event_invoke_config else {}
        )
        destinations: dict[str, Any] = config.get("DestinationConfig", {})
        return Deployed(
            function=self._function(stored, kept),
            retries=config.get("MaximumRetryAttempts", DEFAULT_RETRIES),
            dead_letter_arn=kept.get("DeadLetterConfig", {}).get("TargetArn", ""),
            on_failure_arn=destinations.get("OnFailure", {}).get("Destination", ""),
            on_success_arn=destinations.get("OnSuccess", {}).get("Destination", ""),
        )

    def _function(self, stored: LambdaFunction, kept: Mapping[str, Any]) -> Function:
        group = kept.get("LoggingConfig", {}).get("LogGroup") or stored.logs_group_name
        version = str(stored.version)
        return Function(
            name=stored.function_name,
            arn=stored.function_arn,
            version=version,
            handler=stored.handler or "",
            code=stored.code_bytes,
            environment={
                **(stored.environment_vars or {}),
                "AWS_EXECUTION_ENV": f"AWS_Lambda_{stored.run_time}",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(stored.memory_size),
                "AWS_LAMBDA_FUNCTION_NAME": stored.function_name,
                "AWS_LAMBDA_FUNCTION_VERSION": version,
                "_HANDLER": stored.handler or "",
                "PATH": "/usr/local/bin:/usr/bin:/bin",
                # boto3 would put `env.` before a loopback address, which then is none
                "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            },
            role_arn=stored.role,
            timeout_s=float(stored.timeout),
            memory_mb=int(stored.memory_size),
            log_group=group,
        )


def _event(body: Any) -> str:
    text = body.decode() if isinstance(body, bytes) else str(body or "")
    try:
        json.loads(text or "null")
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise RequestRefusedError("InvalidRequestContentException", message) from error
    return text or "null"


def _answer(function: Function, invoked: Invoked, headers: dict[str, Any]) -> bytes:
    tail = "\n".join(invoked.lines).encode()[-4096:]
    headers["x-amz-log-result"] = base64.b64encode(tail).decode()
    headers["X-Amz-Executed-Version"] = function.version
    if invoked.failed:
        headers["X-Amz-Function-Error"] = "Unhandled"
    payload = invoked.payload.encode()
    headers["Content-Length"] = str(len(payload))
    return payload


# ---- settings that moto drops -------------------------------------------------------------------


def _init(self: LambdaFunction, *args: Any, **kwargs: Any) -> None:
    spec: dict[str, Any] = kwargs.get("spec") or args[1]
    _refuse_reserved(spec)
    _moto_init(self, *args, **kwargs)
    _require_role(self.account_id, self.role)
    vars(self)["twin_settings"] = {name: spec[name] for name in DROPPED if spec.get(name)}


def _update_configuration(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
    _refuse_reserved(config_updates)
    _require_role(self.account_id, config_updates.get("Role", self.role))
    kept: dict[str, Any] = vars(self).setdefault("twin_settings", {})
    kept |= {name: config_updates[name] for name in DROPPED if name in config_updates}
    return _moto_update(self, config_updates)


def _get_configuration(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - moto's signature
    kept: dict[str, Any] = vars(self).get("twin_settings", {})
    return {**_moto_configuration(self, on_create), **kept}


def _put_invoke_config(
    self: LambdaBackend, function_name: str, config: dict[str, Any]
) -> dict[str, Any]:
    """Put in place of what was there; moto would add a second one and show the first."""
    self.get_function(function_name).event_invoke_config.clear()
    return _moto_put_invoke_config(self, function_name, config)


def _add_permission(
    self: LambdaBackend, function_name: str, qualifier: str, raw: str
) -> dict[str, Any]:
    """Refuse the name of a statement that is there; moto would add a second one."""
    sid = json.loads(raw)["StatementId"]
    statements = self.get_function(function_name, qualifier).policy.statements
    if sid in [statement.get("Sid") for statement in statements]:
        raise LambdaClientError(
            "ResourceConflictException",
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, "
            "or remove the existing statement.",
        )
    return _moto_add_permission(self, function_name, qualifier, raw)


def _require_role(account: str, role_arn: str) -> None:
    if not is_taken_on(account, role_arn, PRINCIPAL):
        message = "The role defined for the function cannot be assumed by Lambda."
        raise InvalidParameterValueException(message)


def _refuse_reserved(spec: Mapping[str, Any]) -> None:
    environment: dict[str, dict[str, str]] = spec.get("Environment") or {}
    reserved = sorted(RESERVED.intersection(environment.get("Variables") or {}))
    if reserved:
        raise InvalidParameterValueException(
            "Lambda was unable to configure your environment variables because the environment "
            "variables you have provided contains reserved keys that are currently not supported "
            f"for modification. Reserved keys used in this request: {', '.join(reserved)}"
        )
