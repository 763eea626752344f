/**
 * Kaltura's player behind the engine's port.
 *
 * What was measured (kaltura-player-js 3.17.95, Chromium 156) and decides here:
 *   - `autoplay` stays off, its probe plays a `data:` film that Discord's policy blocks; `play()` is called instead, and a
 *     refusal comes as the event `playfailed` with a NotAllowedError, since `play()` returns nothing;
 *   - the player's own controls are off: its keys change the rate, its fullscreen button can't work in Discord's frame;
 *   - a rate outlives a change of media, so it is set back to 1 with each;
 *   - an error is final only with severity 2: of others the player recovers by itself;
 *   - video muted from the start is paused by the browser whenever the page is hidden, so it is never started muted.
 *
 * Positions are the element's, except for live media: there they are epoch seconds of the programme (programme_time.ts).
 */

import type { Playback } from '../api/answers';
import type { MediaSample, PlayerEvent, PlayerPort, PlayerState } from '../sync/player_port';
import { Captions } from './captions';
import { configurationOf, mediaOf } from './kaltura_configuration';
import { type Embed, type EmbeddedPlayer, type EmbedEvent, loadEmbed } from './kaltura_embed';
import { MediaClock } from './media_clock';
import { programmeStart } from './programme_time';
import { type Lines, Qualities } from './qualities';

/** Epoch seconds of the programme. */
export interface LiveWindow {
  readonly from: number;
  readonly to: number;
}

export interface PlayerSurroundings {
  /** The element's id into which the player puts its video. */
  readonly targetId: string;
  readonly document: Document;
  readonly now: () => number;
  readonly load: (address: string, document: Document) => Promise<Embed>;
}

const CRITICAL = 2;
const HAVE_FUTURE_DATA = 3;

export class KalturaPlayer implements PlayerPort {
  readonly captions: Captions;
  #state: PlayerState = 'empty';
  #player: EmbeddedPlayer | null = null;
  #video: HTMLVideoElement | null = null;
  #clock: MediaClock | null = null;
  #qualities: Qualities | null = null;
  #playback: Playback | null = null;
  #isHot = false;
  #volume = { level: 1, isMuted: false };
  readonly #listeners = new Set<(event: PlayerEvent) => void>();

  constructor(private readonly surroundings: PlayerSurroundings) {
    this.captions = new Captions(surroundings.document);
  }

  // --- the engine's port ---------------------------------------------------------------------------------------

  get state(): PlayerState {
    return this.#state;
  }

  get isPaused(): boolean {
    return this.#video?.paused ?? true;
  }

  get isSeeking(): boolean {
    return this.#video?.seeking ?? false;
  }

  get isBuffering(): boolean {
    const video = this.#video;
    return this.#state === 'ready' && video !== null && !video.paused && video.readyState < HAVE_FUTURE_DATA;
  }

  get durationSeconds(): number {
    return this.#playback?.kind === 'live' ? Number.NaN : (this.#video?.duration ?? Number.NaN);
  }

  sample(): MediaSample | null {
    if (this.#clock === null || (this.#state !== 'ready' && this.#state !== 'ended')) {
      return null;
    }
    const { mediaSeconds, atMs } = this.#clock.read();
    const origin = this.#origin();
    return origin === null ? null : { mediaSeconds: mediaSeconds + origin, atMs };
  }

  play(): void {
    this.#player?.play();
  }

  pause(): void {
    this.#player?.pause();
  }

  seek(seconds: number): void {
    const origin = this.#origin();
    if (this.#player === null || origin === null) {
      return;
    }
    this.#clock?.reset();
    this.#player.currentTime = Math.max(0, seconds - origin);
  }

  setRate(rate: number): void {
    // At the element itself: the player would pass it on, and tell its own menus.
    if (this.#video !== null && this.#video.playbackRate !== rate) {
      this.#video.playbackRate = rate;
    }
  }

  subscribe(listener: (event: PlayerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // --- what the page asks of it --------------------------------------------------------------------------------

  get playback(): Playback | null {
    return this.#playback;
  }

  get levels(): readonly Lines[] {
    return this.#qualities?.levels ?? [];
  }

  get chosenLevel(): Lines | null {
    return this.#qualities?.chosen ?? null;
  }

  chooseLevel(lines: Lines | null): void {
    this.#qualities?.choose(lines);
    this.#tell({ kind: 'state' });
  }

  /** Of live media: from where to where one can go, in the programme's time; null where there is nothing yet. */
  get liveWindow(): LiveWindow | null {
    const origin = this.#playback?.kind === 'live' ? this.#origin() : null;
    const seekable = this.#video?.seekable;
    if (origin === null || !seekable || seekable.length === 0) {
      return null;
    }
    return { from: seekable.start(0) + origin, to: seekable.end(seekable.length - 1) + origin };
  }

  get volume(): { readonly level: number; readonly isMuted: boolean } {
    return this.#volume;
  }

  setVolume(level: number, isMuted: boolean): void {
    this.#volume = { level, isMuted };
    this.#applyVolume();
    this.#tell({ kind: 'state' });
  }

  setHot(isHot: boolean): void {
    this.#isHot = isHot;
    this.#qualities?.setHot(isHot);
  }

  /** Loads other media; `ready` or `failed` follows as an event. */
  async load(playback: Playback): Promise<void> {
    this.#playback = playback;
    this.#enter('loading');
    try {
      const embed = await this.surroundings.load(playback.player.script, this.surroundings.document);
      if (this.#playback === playback) {
        this.#start(playback, this.#player ?? this.#setUp(embed, playback));
      }
    } catch {
      if (this.#playback === playback) {
        this.#fail('The player did not load. Check your connection.');
      }
    }
  }

  /** Nothing is to be watched any more, or not yet. */
  empty(): void {
    this.#playback = null;
    this.captions.choose(null);
    this.#player?.reset(true);
    this.#enter('empty');
  }

  #setUp(embed: Embed, playback: Playback): EmbeddedPlayer {
    const { targetId, now } = this.surroundings;
    const embedded = embed.setup(configurationOf(playback, targetId, now));
    this.#player = embedded;
    this.#qualities = new Qualities(embedded);
    this.#listen(embedded);
    return embedded;
  }

  #start(playback: Playback, embedded: EmbeddedPlayer): void {
    this.#qualities?.forget();
    this.captions.choose(null);
    embedded.setMedia(mediaOf(playback));
    this.#adopt(embedded.getVideoElement() ?? null);
    this.#applyVolume();
    if (this.#isHot) {
      this.#qualities?.setHot(true);
    }
  }

  #adopt(video: HTMLVideoElement | null): void {
    if (video === null) {
      return;
    }
    if (video !== this.#video) {
      this.#clock?.stop();
      const { document, now } = this.surroundings;
      this.#video = video;
      this.#clock = new MediaClock(video, now, () => document.hidden);
      video.tabIndex = -1;
    }
    this.#clock?.reset();
    if (this.#player !== null) {
      this.#player.playbackRate = 1;
    }
    video.playbackRate = 1;
  }

  #listen(embedded: EmbeddedPlayer): void {
    const on = (name: string, act: (event: EmbedEvent) => void) => embedded.addEventListener(name, act);
    on('loadedmetadata', () => this.#becomeReady());
    on('canplay', () => this.#becomeReady());
    on('playing', () => this.#tell({ kind: 'playing' }));
    on('pause', () => this.#paused());
    on('seeking', () => {
      this.#leaveEnd();
      this.#tell({ kind: 'seeking' });
    });
    on('seeked', () => this.#tell({ kind: 'seeked' }));
    on('waiting', () => this.#tell({ kind: 'waiting' }));
    on('play', () => this.#leaveEnd());
    on('ratechange', () => this.#tell({ kind: 'rate', rate: this.#video?.playbackRate ?? 1 }));
    on('ended', () => {
      this.#enter('ended');
      this.#tell({ kind: 'ended' });
    });
    on('playfailed', ({ payload }) => {
      if (payload?.error?.name === 'NotAllowedError') {
        this.#tell({ kind: 'blocked' });
      }
    });
    on('error', ({ payload }) => {
      if (payload?.severity === CRITICAL) {
        this.#fail('This video can’t be loaded at the moment.');
      }
    });
    on('trackschanged', () => this.#tell({ kind: 'state' }));
  }

  #becomeReady(): void {
    if (this.#state === 'loading') {
      this.#adopt(this.#player?.getVideoElement() ?? null);
      this.#enter('ready');
    }
  }

  /** At the end, the browser tells of a pause first; nobody paused. */
  #paused(): void {
    if (!this.#video?.ended) {
      this.#tell({ kind: 'paused' });
    }
  }

  #leaveEnd(): void {
    if (this.#state === 'ended') {
      this.#enter('ready');
    }
  }

  #enter(state: PlayerState): void {
    this.#state = state;
    this.#tell({ kind: 'state' });
  }

  #fail(sentence: string): void {
    if (this.#state === 'failed') {
      return;
    }
    this.#enter('failed');
    this.#tell({ kind: 'failed', sentence });
  }

  #applyVolume(): void {
    if (this.#player !== null) {
      this.#player.volume = this.#volume.level;
      this.#player.muted = this.#volume.isMuted;
    }
  }

  /** What to add to the element's time; `null` while a live stream has not told its own. */
  #origin(): number | null {
    if (this.#playback?.kind !== 'live') {
      return 0;
    }
    return this.#player === null || this.#video === null ? null : programmeStart(this.#player, this.#video);
  }

  #tell(event: PlayerEvent): void {
    for (const listener of [...this.#listeners]) {
      listener(event);
    }
  }
}

/** The player of this page. */
export function createKalturaPlayer(targetId: string): KalturaPlayer {
  return new KalturaPlayer({ targetId, document, now: () => performance.now(), load: loadEmbed });
}
