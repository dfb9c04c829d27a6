#!/usr/bin/env python3
"""Takes Whisper's command line and listens with PocketSphinx, whose model of English comes with it.

Writes what it hears as WebVTT and as JSON, named after the sound, into the folder it is given.
"""

import argparse
import json
import pathlib
import sys
import wave

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "target/scripts"))

from pocketsphinx import Decoder  # noqa: E402, the path comes first

FRAMES_PER_SECOND = 100


def time_of(frame: int) -> str:
    """A moment as WebVTT writes it."""
    seconds, hundredths = divmod(frame, FRAMES_PER_SECOND)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{hundredths * 10:03}"


def main() -> None:
    """Listens."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sound", type=pathlib.Path)
    parser.add_argument("--output_dir", type=pathlib.Path, required=True)
    for option in ("--model", "--task", "--output_format", "--language"):
        parser.add_argument(option)
    wanted = parser.parse_args()
    decoder = Decoder(samprate=16000, loglevel="FATAL")
    decoder.start_utt()
    with wave.open(str(wanted.sound)) as sound:
        decoder.process_raw(sound.readframes(sound.getnframes()), full_utt=True)
    decoder.end_utt()
    # Ways to say a word are numbered: weather(2). What is no word stands in brackets: <sil>.
    words = [word for word in decoder.seg() if word.word[0].isalpha()]
    text = " ".join(word.word.split("(")[0] for word in words)
    cue = f"{time_of(words[0].start_frame)} --> {time_of(words[-1].end_frame)}\n{text}\n" if words else ""
    stem = wanted.output_dir / wanted.sound.stem
    stem.with_suffix(".vtt").write_text(f"WEBVTT\n\n{cue}", encoding="utf-8")
    stem.with_suffix(".json").write_text(json.dumps({"text": text, "language": "en"}), encoding="utf-8")


main()
