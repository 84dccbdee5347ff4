"""Many readers at once on the daemon's socket, in one thread."""

import asyncio
import socket


async def _read(path, target):
    # Blocking, because asyncio's own connect fails instead of waiting where the kernel's queue of connections is full.
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    # Before the others connect, because a connection without a request is cut off after a while.
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: valetkey\r\nConnection: close\r\n\r\n".encode())
    reader, writer = await asyncio.open_unix_connection(sock=connection)
    try:
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return (int(head.split()[1]) if head else 0), body.decode()


async def _read_all(path, target, count):
    return await asyncio.gather(*(_read(path, target) for _ in range(count)), return_exceptions=True)


def read_all(path, target, count):
    """(status, text) for each reader, or the exception that it got."""
    return asyncio.run(_read_all(path, target, count))
