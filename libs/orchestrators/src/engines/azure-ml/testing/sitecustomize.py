"""Names below localhost are this machine, as RFC 6761 says, whatever the resolver knows."""

import socket

resolve = socket.getaddrinfo


def getaddrinfo(host, *args, **kwargs):
    return resolve("127.0.0.1" if isinstance(host, str) and host.endswith(".localhost") else host, *args, **kwargs)


socket.getaddrinfo = getaddrinfo
