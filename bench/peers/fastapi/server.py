"""A relay as people write it with FastAPI's WebSocket: a name and its rooms in the first frame, one text for all members
of a room, and an acknowledgement once it has gone to the others. Nothing is stored."""

import itertools
import json
from collections import defaultdict

from fastapi import FastAPI, WebSocket, WebSocketDisconnect

app = FastAPI(openapi_url=None)
rooms: dict[str, set[WebSocket]] = defaultdict(set)
numbers = itertools.count(1)


@app.get("/health/ready")
async def ready() -> dict:
    return {"success": True}


async def relay(socket: WebSocket, name: str, joined: set[str], frame: dict) -> None:
    send = frame["data"]
    room = send["conversationId"]
    if room not in joined:
        await socket.send_text(json.dumps({"type": "ack", "id": frame["id"], "data": {"success": False}}))
        return
    message = json.dumps(
        {
            "id": next(numbers),
            "conversationId": room,
            "senderId": name,
            "clientMessageId": send["clientMessageId"],
            "content": send["content"],
        },
        separators=(",", ":"),
    )
    event = f'{{"type":"new_message","data":{message}}}'
    for member in list(rooms[room]):
        if member is not socket:
            try:
                await member.send_text(event)
            except (WebSocketDisconnect, RuntimeError):
                # It has left meanwhile.
                rooms[room].discard(member)
    await socket.send_text(f'{{"type":"ack","id":{frame["id"]},"data":{{"success":true,"data":{message}}}}}')


@app.websocket("/ws")
async def connection(socket: WebSocket) -> None:
    await socket.accept()
    joined: set[str] = set()
    try:
        hello = json.loads(await socket.receive_text())["data"]
        joined.update(hello["rooms"])
        for room in joined:
            rooms[room].add(socket)
        await socket.send_text('{"type":"connection:established"}')
        while True:
            await relay(socket, hello["token"], joined, json.loads(await socket.receive_text()))
    except WebSocketDisconnect:
        pass
    finally:
        for room in joined:
            rooms[room].discard(socket)
