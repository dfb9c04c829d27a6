/** Begins loading the player. `mount` may be called at once. */
export default function init(): Promise<void>;

/** A video of an instance, or the address of a file. */
export interface Options {
  /** A master playlist (HLS) or a plain file. */
  src?: string;
  /** The page of a video, or its UUID or short UUID on `instance`. */
  video?: string;
  /** `https://films.example`; where the player came from, if it is left out. */
  instance?: string;
  /** The digests of the segments of `src`, which are checked where they are given. */
  sha256?: string;
  /** Folders on other servers that the files of `src` lie in. */
  mirrors?: string[];
  /** WebSocket addresses of the trackers of `src`. */
  trackers?: string[];
  /** Who may meet there, in the instance's word. */
  sharing?: string;
  stunServers?: string[];
  /** Whether to carry the video to others who watch it; true. */
  p2p?: boolean;
  title?: string;
  poster?: string;
  /** BCP 47. */
  language?: string;
  /** Seconds, before the playlists say it. */
  duration?: number;
  /** Width by height. */
  aspectRatio?: number;
  autoplay?: boolean;
  muted?: boolean;
  loop?: boolean;
  controls?: boolean;
  /** Seconds. */
  start?: number;
  /** Seconds. */
  stop?: number;
  /** A height in pixels; -1 leaves it to the player. */
  quality?: number;
  /** 0 to 1. */
  volume?: number;
  /** 0.25 to 4. */
  playbackRate?: number;
  fileToken?: string;
  accessToken?: string;
}

/** What a player says of its work. */
export type Statistics = Record<string, unknown>;

/** Events of a player, with their details. */
export interface PlayerEvents {
  mounted: undefined;
  ready: object;
  firstframe: object;
  play: { currentTime: number; duration: number };
  pause: { currentTime: number; duration: number };
  playing: { currentTime: number; duration: number };
  waiting: { currentTime: number; duration: number };
  seeking: { currentTime: number; duration: number };
  seeked: { currentTime: number; duration: number };
  timeupdate: { currentTime: number; duration: number };
  ended: { currentTime: number; duration: number };
  volumechange: { volume: number; muted: boolean };
  ratechange: { playbackRate: number };
  qualitychange: { height: number; quality: number };
  theater: { theater: boolean };
  error: { code: string; message?: string };
}

/** One mounted player. */
export interface Player {
  play(): void;
  pause(): void;
  seek(seconds: number): void;
  setVolume(volume: number): void;
  setMuted(muted: boolean): void;
  setPlaybackRate(rate: number): void;
  setQuality(height: number): void;
  setCaption(place: number): void;
  setTheater(theater: boolean): void;
  currentTime(): number;
  duration(): number;
  paused(): boolean;
  ended(): boolean;
  volume(): number;
  muted(): boolean;
  playbackRate(): number;
  quality(): number;
  qualities(): unknown[];
  statistics(): Statistics;
  on<T extends keyof PlayerEvents>(type: T, listener: (detail: PlayerEvents[T]) => void): Player;
  off<T extends keyof PlayerEvents>(type: T, listener: (detail: PlayerEvents[T]) => void): Player;
  /** Takes the player out of the page and ends everything it does. */
  destroy(): void;
}

/** Puts a player into an element. */
export function mount(element: Element, options?: Options): Player;

/** `<shoal-player>`: as `<video>` wherever that has the same. */
export class ShoalPlayer extends HTMLElement {
  /** The page of a video on an instance, or the address of a file; `#t=12,20` begins and stops there. */
  src: string;
  /** A video of `instance` by its UUID or short UUID. */
  video: string;
  instance: string;
  sha256: string;
  poster: string;
  preload: string;
  crossOrigin: string;
  autoplay: boolean;
  loop: boolean;
  muted: boolean;
  defaultMuted: boolean;
  playsInline: boolean;
  controls: boolean;
  currentTime: number;
  volume: number;
  playbackRate: number;
  /** A height in pixels; -1 leaves it to the player. */
  quality: number;
  readonly qualities: unknown[];
  readonly statistics: Statistics;
  readonly currentSrc: string;
  readonly duration: number;
  readonly paused: boolean;
  readonly ended: boolean;
  readonly seeking: boolean;
  readonly buffered: TimeRanges;
  readonly seekable: TimeRanges;
  readonly played: TimeRanges;
  readonly readyState: number;
  readonly networkState: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly textTracks: TextTrackList | [];
  readonly error: { code: number; message: string } | null;
  /** The `<video>` inside, once it is there. */
  readonly media: HTMLVideoElement | null;
  /** The player itself, while the element is in a page. */
  readonly player: Player | null;
  play(): Promise<void>;
  pause(): void;
  load(): void;
  fastSeek(seconds: number): void;
  canPlayType(type: string): CanPlayTypeResult;
  requestPictureInPicture(): Promise<PictureInPictureWindow>;
  getVideoPlaybackQuality(): VideoPlaybackQuality | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "shoal-player": ShoalPlayer;
  }
}
