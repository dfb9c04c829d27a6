"""Makes a channel, a video and a playlist through the library `pypeertube`, changes each, and removes them.

Arguments: the address, a name, a password, a film and a picture. Fails where the library does.
"""

import datetime
import sys
import time

from pypeertube import channels, playlists, videos
from pypeertube.client import ApiClient

WAIT_SECONDS_MAX = 300


def main() -> None:
    """One thing after the other, as a script of a maker would."""
    address, name, password, film, picture = sys.argv[1:]
    client = ApiClient(address, name, password)
    channel = channels.create_channel(client, "scripted", "Made by a script", "All that it makes")
    channels.update_channel(client, "scripted", "Still made by a script", None, "Thank you", True)
    channels.set_channel_avatar(client, "scripted", picture)
    channels.set_channel_banner(client, "scripted", picture)
    assert "scripted" in {one.name for one in channels.get_channels(client)}

    facts = {
        "category": list(videos.Category)[0],
        "comments_policy": list(videos.CommentsPolicy)[0],
        "download_enabled": True,
        "language": "en",
        "licence": list(videos.Licence)[0],
        "nsfw": False,
        "originally_published": datetime.datetime(2020, 1, 2, 3, 4),
        "privacy": videos.Privacy.PUBLIC,
        "tags": ["one", "two"],
        "wait_transcoding": False,
    }
    made = [
        videos.upload_video(
            client, channel.id, title, film, description="Three sentences about it.", thumbnail_file=picture, **facts
        )
        for title in ("The first film", "The second film")
    ]
    seen, late = set(), time.monotonic() + WAIT_SECONDS_MAX
    while seen != {"The first film", "The second film"}:
        # Videos are listed once there is something to play.
        assert time.monotonic() < late, seen
        seen = {video.name for video in videos.get_videos_in_channel(client, "scripted")}

    playlist = playlists.create_playlist(client, channel.id, "Both films", "One after the other")
    pictured = playlists.create_playlist(client, channel.id, "With a picture", thumbnail_file=picture)
    for video in made:
        playlists.add_video_to_playlist(client, playlist.id, video.uuid, start=0, end=1)
    playlists.reorder_playlist_videos(client, playlist.id, 0, 2)
    order = [row.video.name for row in playlists.get_videos_in_playlist(client, playlist.id)]
    assert order == ["The second film", "The first film"], order
    playlists.reorder_channel_playlists(client, "scripted", 0, 2)
    assert {one.id for one in playlists.get_playlists_in_channel(client, "scripted")} == {playlist.id, pictured.id}
    # It takes a well deleted list for a failure: both go with the channel.
    videos.delete_video(client, made[0].uuid)
    channels.delete_channel(client, "scripted")
    client.logout()


main()
