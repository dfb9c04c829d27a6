"""Reads feeds through the libraries that readers and podcast apps are made with: `feedparser` and `podcastparser`.

Arguments: addresses of feeds; one of a podcast stands behind `podcast=`. Prints one line of JSON for each: its title, its
kind, its items, and what was wrong with it.
"""

import io
import json
import sys
import urllib.request

import feedparser
import podcastparser


def read(address: str) -> dict[str, object]:
    """A feed as readers have it."""
    found = feedparser.parse(address)
    items = [
        {
            "title": item.get("title"),
            "id": item.get("id"),
            "link": item.get("link"),
            "author": item.get("author"),
            "html": [part["value"] for part in item.get("content", [])],
            "enclosures": [dict(enclosure) for enclosure in item.get("enclosures", [])],
            "media": [dict(media) for media in item.get("media_content", [])],
            "dated": item.get("published_parsed") is not None,
        }
        for item in found.entries
    ]
    again = feedparser.parse(address, etag=found.get("etag"))
    return {
        "kind": found.version,
        "title": found.feed.get("title"),
        "wrong": repr(found.bozo_exception) if found.bozo else None,
        "unchanged": again.get("status") == 304,
        "items": items,
    }


def listen(address: str) -> dict[str, object]:
    """A podcast as an app has it."""
    with urllib.request.urlopen(address) as answer:
        found = podcastparser.parse(address, io.BytesIO(answer.read()))
    return json.loads(json.dumps(found, default=str))


def main() -> None:
    """Reads one after the other."""
    for address in sys.argv[1:]:
        podcast = address.removeprefix("podcast=")
        print(json.dumps(read(address) if podcast == address else listen(podcast)))


if __name__ == "__main__":
    main()
