"""Whatever is thrown at the API: it answers as its own description says, and never with a failure of ours."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tenuto.accounts.models import Account
from tenuto.accounts.tokens import issue
from tenuto.api.urls import api
from tests.agreements.agreeing import label
from tests.tracks import catalogue

pytestmark = pytest.mark.slow

DESCRIPTION = api.get_openapi_schema(path_prefix="/api/v1/")
schema = schemathesis.openapi.from_dict(dict(DESCRIPTION))
schema.app = get_wsgi_application()


@pytest.fixture
def _one_connection() -> Iterator[None]:
    """A real server tends its connections around each request; a test's transaction needs the one it has."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(alma: Account) -> dict[str, str]:
    """Alma's program, with a track and an organisation to hit by chance."""
    catalogue.public(alma)
    label(alma)
    return {"Authorization": f"Bearer {issue(alma, 'fuzz', None)[1]}"}


@schema.parametrize()
@settings(
    max_examples=10,  # of each of some two hundred operations, and others each time
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@pytest.mark.django_db
@pytest.mark.usefixtures("_one_connection")
def test_no_operation_fails_by_our_fault(case: "schemathesis.Case[Any]", headers: dict[str, str]) -> None:
    response = case.call(headers=headers)
    case.validate_response(response, checks=[not_a_server_error, content_type_conformance, response_schema_conformance])
