"""Python imports this at its start when its folder is on PYTHONPATH: processes without network."""

import socket
from typing import NoReturn


def refuse(*args: object, **kwargs: object) -> NoReturn:
    raise RuntimeError("tests must not use the network")


for name in ("connect", "connect_ex", "bind", "sendto"):
    setattr(socket.socket, name, refuse)
for name in ("create_connection", "getaddrinfo"):
    setattr(socket, name, refuse)
