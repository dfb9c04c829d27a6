#!/usr/bin/env python3
"""Somebody on a server made with pubby, as its makers publish it: one person, whom a story tells what to do.

Prints its port when it is there.
"""

import socket
import sys
import tempfile
import traceback

from flask import Flask, jsonify, request
from pubby import ActivityPubHandler, deliver_activity
from pubby.crypto import generate_rsa_keypair
from pubby.server.adapters.flask import bind_activitypub
from pubby.storage.adapters.file import FileActivityPubStorage
from werkzeug.serving import make_server

CONTEXT = "https://www.w3.org/ns/activitystreams"


def main() -> None:
    """Listens until it is stopped."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    port = listening.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    heard: list[dict] = []
    key, _ = generate_rsa_keypair()
    app = Flask(__name__)

    def hear(_: object, activity: dict) -> None:
        heard.append(activity)

    handler = ActivityPubHandler(
        storage=FileActivityPubStorage(tempfile.mkdtemp()),
        actor_config={"base_url": origin, "username": "dora", "name": "Dora of pubby"},
        private_key=key,
        webfinger_domain=f"127.0.0.1:{port}",
        local_base_urls=[origin],
        allow_private_targets=True,
        async_delivery=False,
        max_retries=1,
        on_activity=hear,
    )
    bind_activitypub(app, handler)

    @app.get("/control/heard")
    def told() -> object:
        return jsonify(heard)

    @app.get("/control/say")
    def say() -> object:
        """Sends an activity of the kind named about an address to an inbox."""
        kind, about, inbox = (request.args[name] for name in ("kind", "about", "inbox"))
        activity = {
            "@context": CONTEXT,
            "id": f"{origin}/said/{len(heard)}/{kind}",
            "type": kind,
            "actor": handler.actor_id,
            "object": about,
            "to": [about],
        }
        try:
            status = deliver_activity(activity, inbox, private_key=key, key_id=handler.key_id)
        except Exception:  # noqa: BLE001, a story reads why
            return traceback.format_exc(), 500
        return jsonify({"status": status})

    server = make_server("127.0.0.1", port, app, threaded=True, fd=listening.fileno())
    print(port, flush=True)
    sys.stdout.close()
    server.serve_forever()


main()
