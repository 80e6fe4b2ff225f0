"""How each service says no: error code, status and body, by the protocol that it speaks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin.calls.call import Call

VALIDATION_CODES: Final = {
    "cloudwatch": "ValidationError",
    "codebuild": "InvalidInputException",
    "ec2": "InvalidParameterValue",
    "ecr": "InvalidParameterException",
    "iam": "ValidationError",
    "logs": "InvalidParameterException",
    "s3": "InvalidArgument",
    "sns": "InvalidParameter",
    "sqs": "InvalidParameterValue",
    "sts": "ValidationError",
}
"""What a service calls a request that its model does not allow; the others: ValidationException."""

DENIAL_CODES: Final = {"ec2": "UnauthorizedOperation", "sns": "AuthorizationError"}
"""What a service calls a missing permission; the others by their protocol."""

XML: Final = ("query", "ec2", "rest-xml")


@dataclass(frozen=True)
class Refusal:
    """An error that a service answers with."""

    code: str
    message: str
    status: HTTPStatus = HTTPStatus.BAD_REQUEST

    def answer(self, call: Call, start_response: Any) -> Iterable[bytes]:
        """Write it as the service that was called would."""
        body = _body(self, call.protocol).encode()
        kind = "text/xml" if call.protocol in XML else "application/json"
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("x-amzn-ErrorType", self.code),
            ("x-amzn-query-error", f"{self.code};Sender"),
        ]
        start_response(f"{self.status.value} {self.status.phrase}", headers)
        return [] if call.model.http.get("method") == "HEAD" else [body]


def invalid(call: Call, message: str) -> Refusal:
    """Return the refusal of a request that the service's model does not allow."""
    return Refusal(VALIDATION_CODES.get(call.service, "ValidationException"), message)


def unreadable(call: Call, cause: str) -> Refusal:
    """Return the refusal of a request whose body cannot be read."""
    code = "MalformedXML" if call.service == "s3" else "SerializationException"
    return Refusal(code, f"the body is not what {call.operation} takes: {cause}")


def denied(call: Call, message: str) -> Refusal:
    """Return the refusal of a request that the caller may not make."""
    by_protocol = "AccessDenied" if call.protocol in XML else "AccessDeniedException"
    is_plain = call.protocol == "json"
    status = HTTPStatus.BAD_REQUEST if is_plain else HTTPStatus.FORBIDDEN
    return Refusal(DENIAL_CODES.get(call.service, by_protocol), message, status)


def _body(refusal: Refusal, protocol: str) -> str:
    code, message = escape(refusal.code), escape(refusal.message)
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    if protocol == "rest-xml":
        return f"<Error>{inner}<RequestId>twin</RequestId></Error>"
    if protocol == "ec2":
        errors = f"<Errors><Error>{inner}</Error></Errors>"
        return f"<Response>{errors}<RequestID>twin</RequestID></Response>"
    if protocol == "query":
        error = f"<Error><Type>Sender</Type>{inner}</Error>"
        return f"<ErrorResponse>{error}<RequestId>twin</RequestId></ErrorResponse>"
    return json.dumps({"__type": refusal.code, "message": refusal.message})
