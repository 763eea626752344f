/**
 * What this viewer's page is doing, apart from the room: which panel is open, what notes are shown, what floats.
 *
 * The desk also turns presses and keys into wishes: it knows whether they are allowed, says why not, and adds up quick
 * presses, since the room answers a jump only after a moment.
 */

import { sentenceOf } from '../api/problem';
import { type Readable, Store } from '../store';
import type { Emoji } from '../sync/protocol';
import type { RoomMoment } from '../sync/room_view';
import type { OwnPlayer, Room } from '../visit/room';
import { arrivalsWords, momentWords, whyNotWords } from './words/room_words';

export type Panel = 'people' | 'captions' | 'settings' | 'choose' | 'help' | 'sync' | 'reactions' | null;

export interface Note {
  readonly id: number;
  readonly words: string;
}

export interface Floating {
  readonly id: number;
  readonly emoji: Emoji;
  readonly name: string;
  /** Where it rises, as a share of the room that floating ones have. */
  readonly lane: number;
}

export interface DeskState {
  readonly panel: Panel;
  readonly notes: readonly Note[];
  readonly floating: readonly Floating[];
  /** Somebody pressed what they may not: the sentence, with a way to ask. */
  readonly refusal: string | null;
}

const NOTE_MS = 4_500;
const REFUSAL_MS = 10_000;
const FLOATING_MS = 4_000;
const MOST_NOTES = 3;
const MOST_FLOATING = 30;
const QUICK_PRESSES_MS = 1_200;
const LANES = 7;
/** Three pieces of four seconds: what players keep between themselves and a broadcast's edge. */
const LIVE_BEHIND_SECONDS = 12;
const LEAST_RATE = 0.5;
const MOST_RATE = 2;

export class Desk {
  readonly #state = new Store<DeskState>({ panel: null, notes: [], floating: [], refusal: null });
  #count = 0;
  #jump: { to: number; atMs: number } | null = null;
  #refusalTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly room: Room) {}

  get state(): Readable<DeskState> {
    return this.#state;
  }

  /** Listens to the room until the returned function is called. */
  watch(): () => void {
    const { room } = this;
    let known = new Map(room.view.value.roster.map((one) => [one.user_id, one.name]));
    let isSettled = room.view.value.you !== null;
    const stopView = room.view.subscribe(() => {
      const { roster, you } = room.view.value;
      const now = new Map(roster.map((one) => [one.user_id, one.name]));
      if (isSettled) {
        this.#tellArrivals(known, now, you?.userId ?? '');
      }
      known = now;
      isSettled = you !== null;
    });
    const stopMoments = room.onMoment((moment) => this.#heed(moment));
    return () => {
      stopView();
      stopMoments();
    };
  }

  open(panel: Panel): void {
    this.#state.change({ panel });
  }

  toggle(panel: Exclude<Panel, null>): void {
    this.open(this.#state.value.panel === panel ? null : panel);
  }

  note(words: string): void {
    this.#count += 1;
    const id = this.#count;
    const notes = [...this.#state.value.notes, { id, words }].slice(-MOST_NOTES);
    this.#state.change({ notes });
    setTimeout(() => {
      this.#state.change({ notes: this.#state.value.notes.filter((note) => note.id !== id) });
    }, NOTE_MS);
  }

  dismissRefusal(): void {
    this.#state.change({ refusal: null });
  }

  // --- wishes ------------------------------------------------------------------------------------------------

  togglePlay(): void {
    const { timeline, sync } = this.room.view.value;
    const isFree = sync.state === 'free';
    const isPaused = isFree ? this.room.player.isPaused : (timeline?.paused ?? true);
    if (this.#may()) {
      this.#comeIntoLive(isPaused);
      // At the end the room's timeline may still run; playing there begins anew.
      isPaused || this.room.player.hasEnded ? this.room.remote.play() : this.room.remote.pause();
    }
  }

  seekTo(seconds: number): void {
    if (this.#may()) {
      const { from, to: most } = rangeOf(this.room.player);
      const to = Math.min(Math.max(from, seconds), most);
      this.#jump = { to, atMs: performance.now() };
      this.room.remote.seek(to);
    }
  }

  /** As near to what happens now as everybody's buffer allows. */
  goLive(): void {
    const live = this.room.player.liveWindow;
    if (live !== null) {
      this.seekTo(live.to - LIVE_BEHIND_SECONDS);
    }
  }

  /** Further by so many seconds from where the last quick press went, or from what is on screen. */
  seekBy(seconds: number): void {
    const jump = this.#jump;
    const isQuick = jump !== null && performance.now() - jump.atMs < QUICK_PRESSES_MS;
    const from = isQuick ? jump.to : this.room.player.positionSeconds();
    if (from !== null) {
      this.seekTo(from + seconds);
    }
  }

  setRate(rate: number): void {
    if (this.#may()) {
      this.room.remote.setRate(Math.min(Math.max(rate, LEAST_RATE), MOST_RATE));
    }
  }

  toggleMute(): void {
    const { level, isMuted } = this.room.player.volume;
    this.room.player.setVolume(isMuted && level === 0 ? 0.5 : level, !isMuted);
  }

  changeVolume(by: number): void {
    const { level } = this.room.player.volume;
    this.room.player.setVolume(Math.min(Math.max(level + by, 0), 1), false);
  }

  /** Captions off, or on in the language chosen last or first. */
  toggleCaptions(): void {
    const { player } = this.room;
    if (player.captionFiles.length === 0) {
      this.note('This video has no captions.');
    } else {
      player.chooseCaptions(player.chosenCaptions === null ? 0 : null);
    }
  }

  async choose(entryId: string): Promise<string | null> {
    if (!this.#may()) {
      return null;
    }
    try {
      const { grant } = await this.room.library.video(entryId);
      this.room.remote.setMedia(grant);
      this.open(null);
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  /** A room that has not seen the broadcast yet, or has paused for longer than it can go back, starts near its end. */
  #comeIntoLive(isPaused: boolean): void {
    const { liveWindow } = this.room.player;
    const position = this.room.view.value.timeline?.position ?? 0;
    if (isPaused && liveWindow !== null && (position < liveWindow.from || position > liveWindow.to)) {
      this.goLive();
    }
  }

  #may(): boolean {
    const view = this.room.view.value;
    if (view.iMayControl || view.sync.state === 'free') {
      return true;
    }
    const refusal = whyNotWords(view) ?? 'You are still coming in.';
    this.#state.change({ refusal });
    clearTimeout(this.#refusalTimer);
    this.#refusalTimer = setTimeout(() => this.dismissRefusal(), REFUSAL_MS);
    return false;
  }

  // --- what happens in the room ------------------------------------------------------------------------------

  #heed(moment: RoomMoment): void {
    if (moment.kind === 'reaction') {
      this.#float(moment.userId, moment.emoji);
      return;
    }
    const words = momentWords(this.room.view.value, moment);
    if (words !== null) {
      this.note(words);
    }
  }

  #float(userId: string, emoji: Emoji): void {
    this.#count += 1;
    const id = this.#count;
    const name = this.room.view.value.roster.find((one) => one.user_id === userId)?.name ?? '';
    const lane = (id * 3) % LANES;
    this.#state.change({
      floating: [...this.#state.value.floating, { id, emoji, name, lane }].slice(-MOST_FLOATING),
    });
    setTimeout(() => {
      this.#state.change({ floating: this.#state.value.floating.filter((one) => one.id !== id) });
    }, FLOATING_MS);
  }

  #tellArrivals(before: Map<string, string>, after: Map<string, string>, self: string): void {
    const missing = (from: Map<string, string>, where: Map<string, string>) =>
      [...from].filter(([id]) => id !== self && !where.has(id)).map(([, name]) => name);
    for (const words of arrivalsWords(missing(after, before), missing(before, after))) {
      this.note(words);
    }
  }
}

/** From where to where one can go: the film, or what is left of a broadcast. */
export function rangeOf(player: OwnPlayer): { readonly from: number; readonly to: number } {
  if (player.liveWindow !== null) {
    return player.liveWindow;
  }
  const duration = player.durationSeconds;
  return { from: 0, to: Number.isFinite(duration) ? duration : Number.POSITIVE_INFINITY };
}
