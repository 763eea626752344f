/**
 * A viewer's place in a room: what the page uses of the engine.
 *
 * Everything that takes time is looked at in one place, `#tick`, about ten times a second and as rarely as once a second
 * in a hidden page: what is due by then is done. Messages change what is known, actions change what is wanted, and the
 * tick makes player and room agree with both. The engine's own corrections are never told to the room as wishes.
 */

import { Alarms, type Timers } from './alarms';
import { Correspondence } from './correspondence';
import { Pilot } from './pilot';
import type { PlayerEvent, PlayerPort } from './player_port';
import { type ClientControlSet, type Emoji, REACTION_EVERY_MS, type UserId } from './protocol';
import { activityAfter } from './reports';
import type { ControlRequest, RoomMoment, RoomView } from './room_view';
import type { WebSocketLike } from './socket';
import { type StopTicking, startTicking } from './ticker';
import { targetAt } from './timeline';
import { ViewBuilder } from './view_builder';
import type { PlaybackWish } from './wishes';

const TICK_MS = 100;
/** "Sync now" makes a burst of messages. */
const SYNC_NOW_APART_MS = 3_000;

export interface RoomSessionOptions {
  /** Asks for a ticket and opens a socket; throws `RoomRefusedError` where trying again is of no use. */
  readonly openSocket: () => Promise<WebSocketLike>;
  readonly player: PlayerPort;
  /** `performance.now`: the clock of the player's samples. */
  readonly now: () => number;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly tick?: (everyMs: number, onTick: () => void) => StopTicking;
  readonly isHidden?: () => boolean;
  /** When the viewer last moved, tapped or typed, by `now`. */
  readonly lastInteractionAtMs?: () => number;
}

/** Milliseconds: the server's time, how far it may be off at most, and the own drift where there is one. */
export interface EngineBelief {
  readonly serverNowMs: number;
  readonly boundMs: number;
  readonly driftMs: number | null;
}

/** What may be changed of the control, each by itself or together. */
export type ControlChange = Omit<ClientControlSet, 'type' | 'ref'>;

export class RoomSession {
  readonly #options: RoomSessionOptions;
  readonly #letters: Correspondence;
  readonly #pilot: Pilot;
  readonly #alarms: Alarms<'wake'>;
  readonly #views = new ViewBuilder();
  readonly #viewListeners = new Set<(view: RoomView) => void>();
  readonly #momentListeners = new Set<(moment: RoomMoment) => void>();
  readonly #startedAtMs: number;
  #requests: readonly ControlRequest[] = [];
  #lastSyncAtMs: number | null = null;
  #reactedAtMs = Number.NEGATIVE_INFINITY;
  #stops: StopTicking[] = [];

  constructor(options: RoomSessionOptions) {
    this.#options = options;
    this.#startedAtMs = options.now();
    this.#alarms = new Alarms(options.timers);
    this.#letters = new Correspondence({
      ...options,
      onNews: () => this.#tick(),
      onMoment: (moment) => this.#tell(moment),
      onRequest: (userId, name) => this.#onRequest(userId, name),
      onOver: () => this.#end(),
    });
    const { clock, room } = this.#letters;
    const isHidden = options.isHidden ?? (() => document.hidden);
    this.#pilot = new Pilot({ player: options.player, now: options.now, clock, room, isHidden });
  }

  get view(): RoomView {
    return this.#views.view;
  }

  /** What is believed at this moment, finer than the view tells it; null before the server's time is known. */
  get belief(): EngineBelief | null {
    const { clock, serverMs } = this.#letters;
    const boundMs = clock.boundAt(this.#options.now());
    return clock.isSet ? { serverNowMs: serverMs, boundMs, driftMs: this.#pilot.driftMs } : null;
  }

  /** Connects, and takes hold of the player. */
  start(): void {
    const tick = this.#options.tick ?? startTicking;
    this.#stops = [
      tick(TICK_MS, () => this.#tick()),
      this.#options.player.subscribe((event) => this.#onPlayer(event)),
    ];
    this.#letters.socket.start();
  }

  subscribe(listener: (view: RoomView) => void): () => void {
    this.#viewListeners.add(listener);
    return () => this.#viewListeners.delete(listener);
  }

  /** Hears what passes: reactions, who did what, what came to nothing. */
  subscribeMoments(listener: (moment: RoomMoment) => void): () => void {
    this.#momentListeners.add(listener);
    return () => this.#momentListeners.delete(listener);
  }

  /** The room's clock, milliseconds since the epoch; our own until it is known. */
  get serverMs(): number {
    return this.#letters.serverMs;
  }

  /** Where the room's media stands now, seconds, an own wish included; null without media. */
  position(): number | null {
    const { timeline } = this.view;
    return timeline === null
      ? null
      : targetAt(timeline, this.#letters.serverMs, this.#pilot.duration).position;
  }

  // What the viewer wants. While watching freely it is done here alone.

  play(): void {
    this.touch();
    const { duration, isFree } = this.#pilot;
    if (isFree) {
      this.#options.player.play();
      return;
    }
    const isAtTheEnd = duration > 0 && (this.position() ?? 0) >= duration;
    this.#wish({ cause: 'play', paused: false, ...(isAtTheEnd ? { position: 0 } : {}) });
  }

  /** Stops at once here; the room stops at the frame that is shown here now. */
  pause(): void {
    if (this.#pilot.isFree) {
      this.#options.player.pause();
      return;
    }
    const position = this.#pilot.mediaPosition ?? this.position();
    if (position !== null) {
      this.#wish({ cause: 'pause', paused: true, position });
    }
  }

  seek(seconds: number): void {
    if (this.#pilot.isFree) {
      this.#options.player.seek(seconds);
    } else {
      this.#wish({ cause: 'seek', position: Math.max(0, seconds) });
    }
  }

  setRate(rate: number): void {
    if (this.#pilot.isFree) {
      this.#options.player.setRate(rate);
    } else {
      this.#wish({ cause: 'rate', rate });
    }
  }

  /** @param grant the API's word that this video may be shown here */
  setMedia(grant: string): void {
    const { room, desk } = this.#letters;
    desk.clear();
    const base_revision = Math.max(0, room.revision);
    this.#letters.ask('media', (ref) => ({ type: 'media.set', ref, base_revision, grant }));
  }

  transferHost(userId: UserId): void {
    this.#letters.ask('transfer', (ref) => ({ type: 'host.transfer', ref, user_id: userId }));
    this.dismissRequest(userId);
  }

  setControl(change: ControlChange): void {
    this.#letters.ask('control', (ref) => ({ type: 'control.set', ref, ...change }));
  }

  /** Asks the host for the remote. */
  requestControl(): void {
    this.#letters.ask('request', (ref) => ({ type: 'control.request', ref }));
  }

  dismissRequest(userId: UserId): void {
    this.#requests = this.#requests.filter((request) => request.userId !== userId);
    this.#publish();
  }

  closeRoom(): void {
    this.#letters.ask('close', (ref) => ({ type: 'room.close', ref }));
  }

  /** @returns false where it came too soon after the last one, or could not be sent */
  react(emoji: Emoji): boolean {
    const now = this.#options.now();
    const { socket, room } = this.#letters;
    const isSent = now - this.#reactedAtMs >= REACTION_EVERY_MS && socket.send({ type: 'reaction', emoji });
    if (isSent && room.you !== null) {
      this.#reactedAtMs = now;
      this.#tell({ kind: 'reaction', userId: room.you.userId, emoji });
    }
    return isSent;
  }

  /** Asks for time and state anew, and goes to the room's place at once. */
  syncNow(): void {
    const now = this.#options.now();
    if (this.#lastSyncAtMs === null || now - this.#lastSyncAtMs >= SYNC_NOW_APART_MS) {
      this.#letters.clockSync.burst(0);
      this.#letters.resync();
    }
    this.#lastSyncAtMs = now;
    this.#pilot.startOver();
    this.backToHost();
  }

  watchFreely(): void {
    this.#letters.desk.clear();
    this.#pilot.free();
    this.#tick();
  }

  backToHost(): void {
    this.#pilot.back();
    this.#tick();
  }

  /** To be called within a touch or key, where the browser has refused to play without one. */
  touch(): void {
    this.#pilot.touch();
  }

  /** The page is shown again, or the network is back. */
  wake(): void {
    this.#letters.socket.retryNow();
    this.#letters.clockSync.burst(0);
    this.#tick();
  }

  /** Leaves on purpose: the room need not wait for us. */
  leave(): void {
    this.#letters.socket.send({ type: 'leave' });
    this.#end();
    this.#letters.socket.close('left');
  }

  // What happens.

  #tick(): void {
    const { room, desk, clockSync } = this.#letters;
    this.#letters.tick(this.#pilot.isFree || this.#activity() === 'away');
    const wakeAtMs = clockSync.isReady ? this.#pilot.tick(desk.wanted) : null;
    if (wakeAtMs !== null) {
      const inMs = wakeAtMs - this.#options.now();
      this.#alarms.set('wake', Math.max(0, inMs), () => this.#tick());
    }
    if (room.you !== null) {
      this.#reportIfDue();
    }
    this.#publish();
  }

  #reportIfDue(): void {
    const state = this.#pilot.playState;
    const activity = this.#activity();
    if (!this.#letters.isReportDue(state, activity)) {
      return;
    }
    const { corrections, seeks, bufferingMs } = this.#pilot.takeCounts();
    const drift = this.#pilot.driftMs;
    this.#letters.report({
      state,
      activity,
      position: this.#pilot.mediaPosition,
      drift_ms: drift === null ? null : Math.round(drift * 10) / 10,
      corrections,
      seeks,
      buffering_ms: bufferingMs,
    });
  }

  #activity() {
    const { now, lastInteractionAtMs } = this.#options;
    return activityAfter(now() - (lastInteractionAtMs?.() ?? this.#startedAtMs));
  }

  #onPlayer(event: PlayerEvent): void {
    const wanted = this.#pilot.onEvent(event);
    if (wanted !== null && this.view.iMayControl) {
      if (wanted === 'play') {
        this.play();
      } else {
        this.pause();
      }
    }
    this.#tick();
  }

  #onRequest(userId: UserId, name: string): void {
    this.#requests = this.#requests.filter((request) => request.userId !== userId).concat({ userId, name });
  }

  #wish(wish: PlaybackWish): void {
    this.#letters.wish(wish);
    this.#tick();
  }

  #end(): void {
    for (const stop of this.#stops) {
      stop();
    }
    this.#stops = [];
    this.#alarms.stopAll();
    this.#letters.stop();
    this.#pilot.release();
  }

  #tell(moment: RoomMoment): void {
    for (const listener of this.#momentListeners) {
      listener(moment);
    }
  }

  #publish(): void {
    const { socket, room, desk, serverMs, clock } = this.#letters;
    const now = this.#options.now();
    const parts = {
      connection: socket.view,
      room,
      wanted: desk.wanted,
      serverMs,
      requests: this.#requests,
      lastSyncAtMs: this.#lastSyncAtMs,
      isFree: this.#pilot.isFree,
      isPlayerReady: this.#pilot.isReady,
      controller: this.#pilot.state,
      correction: this.#pilot.correction,
      driftMs: this.#pilot.driftMs,
      boundMs: clock.boundAt(now),
    };
    if (this.#views.update(parts, now)) {
      for (const listener of this.#viewListeners) {
        listener(this.view);
      }
    }
  }
}
