/** Kaltura's player without Kaltura: a video element whose clock a test moves, and the events of the real one. */

import type { Embed, EmbeddedPlayer, EmbedEvent, VideoTrack } from '../player/kaltura_embed';

/** What a test sets; happy-dom's own element neither loads nor plays. */
export interface FakeVideo {
  paused: boolean;
  seeking: boolean;
  ended: boolean;
  readyState: number;
  currentTime: number;
  duration: number;
  playbackRate: number;
}

export class FakeEmbed implements Embed {
  readonly video = document.createElement('video');
  readonly set: FakeVideo;
  readonly media: Record<string, unknown>[] = [];
  readonly configurations: object[] = [];
  tracks: VideoTrack[] = [];
  selected: VideoTrack | null = null;
  setups: Record<string, unknown>[] = [];
  plays = 0;
  readonly #listeners = new Map<string, ((event: EmbedEvent) => void)[]>();

  constructor() {
    const fields: FakeVideo = {
      paused: true,
      seeking: false,
      ended: false,
      readyState: 4,
      currentTime: 0,
      duration: 60,
      playbackRate: 1,
    };
    for (const name of Object.keys(fields) as (keyof FakeVideo)[]) {
      Object.defineProperty(this.video, name, {
        get: () => fields[name],
        set: (value) => Object.assign(fields, { [name]: value }),
      });
    }
    this.set = fields;
  }

  setup(configuration: object): EmbeddedPlayer {
    this.setups.push(configuration as Record<string, unknown>);
    const { set, video } = this;
    return {
      duration: 60,
      get currentTime() {
        return set.currentTime;
      },
      set currentTime(seconds) {
        set.currentTime = seconds;
      },
      playbackRate: 1,
      volume: 1,
      muted: false,
      setMedia: (media) => void this.media.push(media as Record<string, unknown>),
      play: () => {
        this.plays += 1;
      },
      pause: () => undefined,
      reset: () => undefined,
      configure: (configuration) => void this.configurations.push(configuration),
      getVideoElement: () => video,
      getTracks: () => this.tracks,
      selectTrack: (track) => {
        this.selected = track;
      },
      enableAdaptiveBitrate: () => {
        this.selected = null;
      },
      addEventListener: (name, listener) => {
        this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
      },
    };
  }

  happens(name: string, payload: EmbedEvent['payload'] = {}): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      listener({ payload });
    }
  }
}
