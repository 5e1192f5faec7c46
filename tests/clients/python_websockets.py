"""A client with Debian's python3-websockets: two connections, one message each way, a clean close."""

import asyncio
import sys

import websockets


async def main(url):
    async with websockets.connect(url) as first, websockets.connect(url) as second:
        # A worker subscribes by need: the first messages may go out before the other client can hear them.
        for attempt in range(100):
            await first.send(f"probe {attempt}")
            try:
                await asyncio.wait_for(second.recv(), 0.2)
                break
            except asyncio.TimeoutError:
                pass
        await second.send("grüße")
        while await asyncio.wait_for(first.recv(), 20) != "grüße":
            pass
        await (await first.ping(b"still there?"))
        await second.send(bytes([0xFF, 0x00]))
        while await asyncio.wait_for(first.recv(), 20) != bytes([0xFF, 0x00]):
            pass
    print(f"closed with {first.close_code}")


asyncio.run(main(sys.argv[1]))
