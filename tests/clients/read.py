"""Reads all that an instance gives through the generated client `peertube`, whose models refuse what lacks a field.

Arguments: the address, an access token, and JSON with what its parameters stand for. Prints one line of JSON for each
operation: its name, the status, and what was wrong with the answer.
"""

import importlib
import inspect
import json
import pkgutil
import sys

import peertube.api
from peertube import AuthenticatedClient

# Parts of PeerTube that ask for more than this place knows.
OTHER_PARTS = (
    "instance_follows", "instance_redundancy", "live_videos", "plugins", "runner", "user_exports", "user_imports",
    "video_mirroring", "video_feeds", "static_video_files", "video_download",
)  # fmt: skip


def main() -> None:
    """Asks one after the other."""
    address, token, names = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
    client = AuthenticatedClient(base_url=address, token=token)
    for found in pkgutil.walk_packages(peertube.api.__path__, "peertube.api."):
        if found.ispkg or any(part in found.name for part in OTHER_PARTS):
            continue
        module = importlib.import_module(found.name)
        if not hasattr(module, "sync_detailed") or '"method": "get"' not in inspect.getsource(module):
            continue
        name = found.name.removeprefix("peertube.api.")
        wanted = inspect.signature(module.sync_detailed).parameters.values()
        needed = [one.name for one in wanted if one.default is inspect.Parameter.empty and one.name != "client"]
        part = names["parts"].get(name.split(".")[0], {})
        given = {one: part.get(one, names.get(one)) for one in needed}
        told = {"name": name, "unnamed": [one for one in needed if given[one] is None]}
        if not told["unnamed"]:
            try:
                told["status"] = int(module.sync_detailed(client=client, **given).status_code)
            except Exception as error:  # noqa: BLE001, whatever it stumbles over is to be told
                told["wrong"] = f"{type(error).__name__}: {error}"
        print(json.dumps(told))


main()
