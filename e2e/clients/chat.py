"""python-socketio takes part in a conversation.

Arguments: address, access token, conversation, comma-separated transports (empty: the library's default). For each line
on standard input it does one thing and answers with one line of JSON:

    send TEXT      sends a message; the answer is the acknowledgement
    heard COUNT    waits until that many messages of others were heard; the answer is their contents
    connected N    waits until it has connected for the Nth time; the answer is the transport
"""

import asyncio
import json
import sys

import socketio

PATIENCE = 20


async def main(url, token, conversation, transports):
    client = socketio.AsyncClient(reconnection_delay=0.1, reconnection_delay_max=0.3)
    heard, connections, me = [], [], []

    @client.on("new_message")
    async def new_message(message):
        # One's own messages come to all of one's devices.
        if message["senderId"] not in me:
            heard.append(message["content"])

    @client.on("connection:established")
    async def established(greeting):
        me.append(greeting["userId"])
        connections.append(greeting["sessionId"])

    async def until(condition):
        for _ in range(PATIENCE * 100):
            if condition():
                return
            await asyncio.sleep(0.01)
        raise TimeoutError(f"heard {len(heard)}: {heard[-3:]}, connected {len(connections)} times")

    await client.connect(url, auth={"token": token}, transports=transports or None)
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().strip():
        command, _, argument = line.partition(" ")
        if command == "send":
            message = {"conversationId": conversation, "content": argument}
            answer = await client.call("send_message", message, timeout=PATIENCE)
        elif command == "heard":
            await until(lambda: len(heard) >= int(argument))
            answer = list(heard)
        else:
            await until(lambda: len(connections) >= int(argument))
            answer = client.transport()
        print(json.dumps(answer), flush=True)
    await client.disconnect()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], [name for name in sys.argv[4].split(",") if name]))
