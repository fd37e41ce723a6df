"""Where it is, is said when somebody who goes there is answered."""

import socket

import pytest

from tenuto.server.keep import Greeting
from tests.ports import free_port


def test_the_address_is_said_once_and_not_before_it_answers(capsys: pytest.CaptureFixture[str]) -> None:
    greeting = Greeting("0.0.0.0", free_port(), "Tenuto is here")  # as an operator may say it
    greeting.tend()
    assert capsys.readouterr().err == ""
    with socket.create_server(("127.0.0.1", greeting.port)):
        greeting.tend()
        greeting.tend()
    assert capsys.readouterr().err == "Tenuto is here\n"
