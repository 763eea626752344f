/**
 * What is said between this viewer and the room: greetings, wishes and their answers, reports, claims.
 *
 * Messages change what is known (`RoomKnowledge`, `Clock`); the caller is told that something came, and what passed.
 */

import { Alarms, type Timers } from './alarms';
import { Clock } from './clock';
import { type ClockAlarm, ClockSync } from './clock_sync';
import { HostClaim } from './host_claim';
import { PlaybackDesk } from './playback_desk';
import {
  type ClientMessage,
  type ClientReport,
  PROTOCOL_VERSION,
  type ServerError,
  type ServerMessage,
  type ServerPlayback,
  type ServerRejected,
  type ServerRoster,
  type ServerWelcome,
} from './protocol';
import { Questions } from './questions';
import { ReportSchedule } from './reports';
import { type NewsFate, RoomKnowledge } from './room_knowledge';
import type { RoomMoment, WishName, WishRefusal } from './room_view';
import { RoomSocket, type WebSocketLike } from './socket';
import type { PlaybackWish } from './wishes';

/** The whole state is not asked for more often than that. */
const RESYNC_APART_MS = 2_000;

export interface CorrespondenceOptions {
  readonly openSocket: () => Promise<WebSocketLike>;
  readonly now: () => number;
  readonly timers: Timers;
  readonly random: () => number;
  /** Something is known that was not. */
  readonly onNews: () => void;
  readonly onMoment: (moment: RoomMoment) => void;
  /** Somebody asks for the remote. */
  readonly onRequest: (userId: string, name: string) => void;
  /** The room is no more, for us. */
  readonly onOver: () => void;
}

/** What a report tells beyond what is known here. */
export type Condition = Pick<
  ClientReport,
  'state' | 'activity' | 'position' | 'drift_ms' | 'corrections' | 'seeks' | 'buffering_ms'
>;

export class Correspondence {
  readonly clock = new Clock();
  readonly room = new RoomKnowledge();
  readonly desk: PlaybackDesk;
  readonly socket: RoomSocket;
  readonly clockSync: ClockSync;
  readonly #options: CorrespondenceOptions;
  readonly #reports = new ReportSchedule();
  readonly #claim = new HostClaim();
  readonly #questions = new Questions();
  #ref = 0;
  #isGreeted = false;
  #greetedAtMs = Number.NEGATIVE_INFINITY;
  #isResyncDue = false;

  constructor(options: CorrespondenceOptions) {
    this.#options = options;
    const { now, timers, onNews } = options;
    this.clockSync = new ClockSync({
      clock: this.clock,
      alarms: new Alarms<ClockAlarm>(timers),
      now,
      ask: () => this.socket.send({ type: 'clock', c0: now() }, true),
    });
    this.desk = new PlaybackDesk({
      room: this.room,
      clock: this.clock,
      now,
      nextRef: () => this.#nextRef(),
      send: (message) => this.socket.send(message, true),
      refuse: (wish, reason) => this.#refuse(wish, reason),
    });
    this.socket = new RoomSocket({
      ...options,
      onOpen: () => this.#greet(),
      onMessage: (message) => {
        this.#onMessage(message);
        onNews();
      },
      onChange: () => {
        this.#onConnection();
        onNews();
      },
    });
  }

  get serverMs(): number {
    return this.clock.serverAt(this.#options.now());
  }

  /** Whether the room has answered on this socket, and takes wishes. */
  get isGreeted(): boolean {
    return this.#isGreeted;
  }

  /** Wants a change of playback; the newest word on each thing counts. */
  wish(wish: PlaybackWish): void {
    if (this.#isGreeted) {
      this.desk.ask(wish);
    } else {
      this.#refuse(wish.cause, 'disconnected');
    }
  }

  /** Wants anything else; what is said is made with the wish's number. */
  ask(wish: WishName, message: (ref: number) => ClientMessage): void {
    const ref = this.#nextRef();
    if (this.#isGreeted && this.socket.send(message(ref), true)) {
      this.#questions.ask(ref, wish, this.#options.now());
    } else {
      this.#refuse(wish, 'disconnected');
    }
  }

  /** Asks for the whole state, though not too often: then a little later. */
  resync(): void {
    if (this.#options.now() - this.#greetedAtMs >= RESYNC_APART_MS) {
      this.#greet();
    } else {
      this.#isResyncDue = true;
    }
  }

  /** Whether a report is due; see `report`. */
  isReportDue(state: ClientReport['state'], activity: ClientReport['activity']): boolean {
    const isHost = this.room.you !== null && this.room.you.userId === this.room.host?.user_id;
    return this.#isGreeted && this.#reports.isDue(this.#options.now(), state, activity, isHost);
  }

  report(condition: Condition): void {
    const now = this.#options.now();
    const bound = this.clock.boundAt(now);
    const isSent = this.socket.send(
      {
        type: 'report',
        c0: now,
        revision: Math.max(0, this.room.revision),
        control_revision: Math.max(0, this.room.controlRevision),
        roster_stamp_ms: this.room.rosterStampMs,
        clock_bound_ms: Number.isFinite(bound) ? Math.min(100_000, tenths(bound)) : null,
        one_way_ms: this.clock.oneWayMs === null ? null : Math.min(100_000, tenths(this.clock.oneWayMs)),
        ...condition,
      },
      true,
    );
    if (isSent) {
      this.#reports.onSent(now);
    }
  }

  /** What time alone makes due: claims, and answers that did not come. */
  tick(isReluctantHost: boolean): void {
    if (this.desk.dropUnanswered() || this.#isResyncDue) {
      this.resync();
    }
    for (const wish of this.#questions.takeUnanswered(this.#options.now())) {
      this.#refuse(wish, 'no_answer');
    }
    if (this.#isGreeted) {
      this.desk.sendWaiting();
    }
    this.#claimIfDue(isReluctantHost);
  }

  stop(): void {
    this.clockSync.stop();
    this.desk.clear();
    this.#questions.takeAll();
    this.#isGreeted = false;
  }

  // What we say.

  #greet(): void {
    this.#greetedAtMs = this.#options.now();
    this.#isResyncDue = false;
    this.socket.send({ type: 'hello', version: PROTOCOL_VERSION, c0: this.#options.now() }, true);
  }

  #claimIfDue(isReluctant: boolean): void {
    const { host, you, roster } = this.room;
    if (!this.#isGreeted || host === null || you === null || !this.clock.isSet) {
      return;
    }
    if (this.#claim.isDue(this.serverMs, host, you.userId, roster, isReluctant)) {
      this.#claim.onClaimed(this.serverMs);
      // Nobody asked for it, so nobody is told that it came to nothing.
      this.socket.send({ type: 'host.claim', ref: this.#nextRef() }, true);
    }
  }

  #nextRef(): number {
    this.#ref += 1;
    return this.#ref;
  }

  #refuse(wish: WishName, reason: WishRefusal): void {
    this.#options.onMoment({ kind: 'refused', wish, reason });
  }

  // What we hear.

  #onConnection(): void {
    if (this.socket.isOpen) {
      return;
    }
    this.#isGreeted = false;
    this.clockSync.stop();
    for (const wish of this.#questions.takeAll()) {
      this.#refuse(wish, 'disconnected');
    }
  }

  #onMessage(message: ServerMessage): void {
    if (
      message.type !== 'rejected' &&
      message.type !== 'error' &&
      'ref' in message &&
      message.ref !== undefined
    ) {
      this.#questions.answer(message.ref);
    }
    switch (message.type) {
      case 'welcome':
        this.#onWelcome(message);
        break;
      case 'clock':
        this.clockSync.add(message);
        break;
      case 'playback':
        this.#onPlayback(message);
        break;
      case 'roster':
        this.#onRoster(message);
        break;
      case 'rejected':
        this.#onRejected(message);
        break;
      case 'error':
        this.#onError(message);
        break;
      case 'goodbye':
        this.#options.onOver();
        this.socket.close(message.reason);
        break;
      default:
        this.#onPassing(message);
    }
  }

  #onPassing(message: Extract<ServerMessage, { type: PassingType }>): void {
    const { onMoment, onRequest } = this.#options;
    switch (message.type) {
      case 'media':
        this.#onNews(this.room.onMedia(message), () =>
          onMoment({ kind: 'media', by: message.by, media: message.media }),
        );
        break;
      case 'host':
        this.#onNews(this.room.onHost(message), () =>
          onMoment({ kind: 'host', userId: message.host.user_id, reason: message.reason }),
        );
        break;
      case 'control':
        this.#onNews(this.room.onControl(message), () => undefined);
        break;
      case 'control.requested':
        onRequest(message.user_id, message.name);
        break;
      case 'asked':
        onMoment({ kind: 'asked' });
        break;
      case 'reaction':
        onMoment({ kind: 'reaction', userId: message.user_id, emoji: message.emoji });
        break;
    }
  }

  #onWelcome(message: ServerWelcome): void {
    this.clockSync.add(message.clock);
    this.room.onWelcome(message, this.serverMs);
    if (!this.#isGreeted) {
      this.#isGreeted = true;
      this.#reports.onGreeted(this.#options.now());
      this.clockSync.burst();
      this.desk.sendAgain();
    }
  }

  #onPlayback(message: ServerPlayback): void {
    const isOurs = message.ref !== undefined && this.desk.onDone(message.ref);
    this.#onNews(this.room.onPlayback(message, this.serverMs), () =>
      this.#options.onMoment({ kind: 'playback', cause: message.cause, by: message.by }),
    );
    if (isOurs) {
      this.desk.sendWaiting();
    }
  }

  #onRoster(message: ServerRoster): void {
    this.clockSync.add(message.clock);
    this.room.leadMs = message.lead_ms;
    if (message.state !== undefined) {
      this.room.onState(message.state, this.serverMs);
    }
    this.room.onLease(message.host);
    this.room.onRoster(message.roster);
  }

  #onNews(fate: NewsFate, tell: () => void): void {
    if (fate === 'gap') {
      this.resync();
    }
    if (fate !== 'old') {
      tell();
    }
  }

  #onRejected({ ref, reason, current }: ServerRejected): void {
    this.room.onState(current, this.serverMs);
    const asked = this.#questions.answer(ref);
    if (asked !== null) {
      this.#refuse(asked, reason);
    } else {
      this.desk.onRejected(ref, reason);
    }
  }

  #onError({ code, ref }: ServerError): void {
    if (code === 'version') {
      this.#options.onOver();
      this.socket.close('version');
    } else if (code === 'not_in_room') {
      this.#isGreeted = false;
      this.resync();
    }
    if (ref === undefined) {
      return;
    }
    const asked = this.#questions.answer(ref);
    if (asked !== null) {
      this.#refuse(asked, 'unavailable');
    } else {
      this.desk.onFailed(ref);
    }
  }
}

type PassingType = 'media' | 'host' | 'control' | 'control.requested' | 'asked' | 'reaction';

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
