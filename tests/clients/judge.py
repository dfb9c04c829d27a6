"""Judges feeds by a parser that takes nothing but what the formats allow: `atoma` refuses a feed, or an item, that lacks
what RSS 2.0, RFC 4287 or JSON Feed ask for, or whose dates are none.

Arguments: addresses of feeds. Prints one line of JSON for each: its title, and how many items it has. Ends with an error
at the first one that is wrong.
"""

import json
import sys
import urllib.parse
import urllib.request

import atoma

#: By the ending of an address: what reads it, and what it calls its items.
KINDS = {
    "xml": (atoma.parse_rss_bytes, "items"),
    "atom": (atoma.parse_atom_bytes, "entries"),
    "json": (atoma.parse_json_feed_bytes, "items"),
}


def judge(address: str) -> dict[str, object]:
    """One feed."""
    ending = urllib.parse.urlsplit(address).path.rpartition(".")[2]
    read, items = KINDS[ending]
    with urllib.request.urlopen(address, timeout=60) as answer:
        found = read(answer.read())
    title = getattr(found.title, "value", found.title)
    return {"title": title, "items": len(getattr(found, items))}


def main() -> None:
    """Judges one after the other."""
    for address in sys.argv[1:]:
        try:
            print(json.dumps(judge(address)))
        except atoma.FeedParseError as error:
            sys.exit(f"{address}: {error!r}")


if __name__ == "__main__":
    main()
