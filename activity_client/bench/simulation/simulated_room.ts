/**
 * A room on simulated time: the server's rules as far as an engine can see them.
 *
 * The real rules live in `functions/kaltura_discord/watch/`. Here is what an engine must get along with: revisions,
 * scheduled changes, who may, the host's lease, answers with clock stamps, holding for somebody who buffers. Each message
 * takes a few milliseconds, in which another one can overtake it.
 */

import {
  type ClientMessage,
  type ClockStamps,
  type Control,
  HOST_GRACE_MS,
  HOST_LEASE_MS,
  type Host,
  LEAD_AT_FIRST_MS,
  LEAD_LEAST_MS,
  LEAD_MARGIN_MS,
  LEAD_MOST_MS,
  type Media,
  type Participant,
  type RoomState,
  type ServerMessage,
  type ServerPlayback,
  type ServerRejected,
  type Timeline,
} from '../../src/sync/protocol';
import { targetAt } from '../../src/sync/timeline';
import type { Connection, Gateway } from './simulated_network';
import { between, type Chance, type SimulatedTime } from './simulated_time';

export const EPOCH_MS = 1_700_000_000_000;
const MEDIA_DURATION = 7_200;

interface Guest {
  readonly connection: Connection;
  readonly joinedAtMs: number;
  report: Extract<ClientMessage, { type: 'report' }> | null;
}

type Wish<Type extends ClientMessage['type']> = Extract<ClientMessage, { type: Type }>;

export class SimulatedRoom implements Gateway {
  timeline: Timeline;
  media: Media | null;
  host: Host;
  control: Control = { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] };
  controlRevision = 1;
  waitingFor: string[] = [];
  leadMs = LEAD_AT_FIRST_MS;
  /** Everything that was changed, oldest first. */
  readonly history: Timeline[] = [];
  /** Messages that came in, and that went out. */
  heard = 0;
  said = 0;
  readonly #time: SimulatedTime;
  readonly #random: Chance;
  readonly #guests = new Map<string, Guest>();
  #isDown = false;

  constructor(time: SimulatedTime, random: Chance, hostUserId: string, duration = MEDIA_DURATION) {
    this.#time = time;
    this.#random = random;
    this.media = { entry_id: '0_film', title: 'A film', duration, kind: 'video' };
    this.timeline = { revision: 1, paused: true, position: 0, rate: 1, at: this.nowMs };
    this.host = { user_id: hostUserId, lease_until_ms: this.nowMs + HOST_LEASE_MS };
    this.history.push(this.timeline);
  }

  get nowMs(): number {
    return EPOCH_MS + this.#time.nowMs;
  }

  /** The newest change whose time has come. */
  get holding(): Timeline {
    const begun = this.history.filter((one) => one.at <= this.nowMs);
    return begun.at(-1) ?? this.timeline;
  }

  /** Where everybody should be, at this very moment. */
  get position(): number {
    return targetAt(this.holding, this.nowMs, this.media?.duration ?? 0).position;
  }

  get guests(): number {
    return this.#guests.size;
  }

  /** While it is down, nobody can connect. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
  }

  onConnect(connection: Connection): void {
    if (this.#isDown) {
      connection.close();
    }
  }

  onDisconnect(connection: Connection): void {
    const wasThere = this.#guests.delete(connection.id);
    this.waitingFor = this.waitingFor.filter((one) => one !== connection.userId);
    const isStillHere = [...this.#guests.values()].some((one) => one.connection.userId === connection.userId);
    if (wasThere && connection.userId === this.host.user_id && !isStillHere) {
      this.#setHost({ user_id: this.host.user_id, lease_until_ms: this.nowMs + HOST_GRACE_MS }, 'left');
    }
  }

  onMessage(connection: Connection, text: string): void {
    this.heard += 1;
    const message = JSON.parse(text) as ClientMessage;
    const s1 = this.nowMs;
    this.#time.after(between(this.#random, 2, 12), () => this.#handle(connection, message, s1));
  }

  /** A change from outside of the page, such as a command in Discord. */
  change(change: Partial<Timeline>, cause: ServerPlayback['cause']): void {
    this.#setTimeline({ ...this.#now(), ...change }, cause, null);
  }

  setMedia(media: Media): void {
    this.media = media;
    this.timeline = {
      revision: this.timeline.revision + 1,
      paused: true,
      position: 0,
      rate: 1,
      at: this.nowMs,
    };
    this.history.push(this.timeline);
    this.#tellAll({ type: 'media', media, timeline: this.timeline, by: this.host.user_id });
  }

  #handle(connection: Connection, message: ClientMessage, s1: number): void {
    if (message.type === 'hello') {
      this.#welcome(connection, message.c0, s1);
      return;
    }
    if (!this.#guests.has(connection.id)) {
      this.#answer(connection, { type: 'error', code: 'not_in_room', message: 'Say hello first.' });
      return;
    }
    switch (message.type) {
      case 'clock':
        this.#answer(connection, { type: 'clock', ...this.#stamps(message.c0, s1) });
        break;
      case 'report':
        this.#onReport(connection, message, s1);
        break;
      case 'playback.set':
        this.#onPlayback(connection, message);
        break;
      case 'host.claim':
        this.#onClaim(connection, message);
        break;
      case 'host.transfer':
        this.#setHost(
          { user_id: message.user_id, lease_until_ms: this.nowMs + HOST_LEASE_MS },
          'transferred',
        );
        break;
      case 'leave':
        this.onDisconnect(connection);
        break;
      default:
    }
  }

  #welcome(connection: Connection, c0: number, s1: number): void {
    this.#guests.set(connection.id, { connection, joinedAtMs: s1, report: null });
    if (connection.userId === this.host.user_id) {
      this.host = { user_id: connection.userId, lease_until_ms: this.nowMs + HOST_LEASE_MS };
    }
    this.#answer(connection, {
      type: 'welcome',
      version: 1,
      you: {
        user_id: connection.userId,
        name: connection.userId,
        level: 'viewer',
        connection_id: connection.id,
      },
      room_id: 'room',
      state: this.#state(),
      roster: this.#roster(),
      lead_ms: this.leadMs,
      clock: this.#stamps(c0, s1),
    });
  }

  #onReport(connection: Connection, report: Wish<'report'>, s1: number): void {
    const guest = this.#guests.get(connection.id);
    if (guest !== undefined) {
      guest.report = report;
    }
    if (connection.userId === this.host.user_id) {
      this.host = { user_id: connection.userId, lease_until_ms: this.nowMs + HOST_LEASE_MS };
      this.#reckonLead();
    }
    this.#holdOrRelease(connection, report);
    const isOld = report.revision < this.timeline.revision || report.control_revision < this.controlRevision;
    this.#answer(connection, {
      type: 'roster',
      roster: this.#roster(),
      host: this.host,
      lead_ms: this.leadMs,
      clock: this.#stamps(report.c0, s1),
      ...(isOld ? { state: this.#state() } : {}),
    });
  }

  #reckonLead(): void {
    const oneWays = [...this.#guests.values()].flatMap(({ report }) => report?.one_way_ms ?? []);
    if (oneWays.length > 0) {
      const lead = Math.max(...oneWays) + LEAD_MARGIN_MS;
      this.leadMs = Math.min(LEAD_MOST_MS, Math.max(LEAD_LEAST_MS, Math.round(lead)));
    }
  }

  #holdOrRelease({ userId }: Connection, { state }: Wish<'report'>): void {
    const isWaited =
      this.control.wait_for_buffering === 'everyone' ||
      (this.control.wait_for_buffering === 'host' && userId === this.host.user_id);
    if (state === 'buffering' && isWaited && !this.timeline.paused) {
      this.waitingFor = [...this.waitingFor, userId];
      this.#setTimeline({ ...this.#now(), paused: true }, 'hold', null);
    } else if (state !== 'buffering' && this.waitingFor.includes(userId)) {
      this.waitingFor = this.waitingFor.filter((one) => one !== userId);
      if (this.waitingFor.length === 0) {
        this.#setTimeline({ ...this.#now(), paused: false }, 'release', null);
      }
    }
  }

  #onPlayback(connection: Connection, wish: Wish<'playback.set'>): void {
    const reason = this.#whyNot(connection.userId, wish.base_revision);
    if (reason !== null) {
      this.#answer(connection, { type: 'rejected', ref: wish.ref, reason, current: this.#state() });
      return;
    }
    const { paused, position, rate, cause } = wish;
    this.waitingFor = [];
    this.#setTimeline({ paused, position, rate }, cause, { connection, ref: wish.ref });
  }

  #whyNot(userId: string, baseRevision: number): ServerRejected['reason'] | null {
    if (this.control.mode === 'host' && userId !== this.host.user_id) {
      return 'not_permitted';
    }
    return baseRevision === this.timeline.revision ? null : 'stale';
  }

  #onClaim(connection: Connection, claim: Wish<'host.claim'>): void {
    if (this.host.lease_until_ms > this.nowMs) {
      const answer = {
        type: 'rejected',
        ref: claim.ref,
        reason: 'host_is_here',
        current: this.#state(),
      } as const;
      this.#answer(connection, answer);
      return;
    }
    this.#setHost({ user_id: connection.userId, lease_until_ms: this.nowMs + HOST_LEASE_MS }, 'claimed');
  }

  #setHost(host: Host, reason: 'transferred' | 'claimed' | 'left' | 'returned'): void {
    this.host = host;
    this.controlRevision += 1;
    this.#tellAll({ type: 'host', host, control_revision: this.controlRevision, reason });
  }

  #setTimeline(
    change: Pick<Timeline, 'paused' | 'position' | 'rate'>,
    cause: ServerPlayback['cause'],
    by: { readonly connection: Connection; readonly ref: number } | null,
  ): void {
    const revision = this.timeline.revision + 1;
    const at = this.nowMs + (change.paused ? 0 : this.leadMs);
    const { paused, position, rate } = change;
    this.timeline = { revision, paused, position, rate, at };
    this.history.push(this.timeline);
    const news: ServerPlayback = {
      type: 'playback',
      timeline: this.timeline,
      cause,
      by: by?.connection.userId ?? null,
      waiting_for: this.waitingFor,
    };
    for (const { connection } of this.#guests.values()) {
      const isSender = connection.id === by?.connection.id;
      this.#answer(connection, isSender ? { ...news, ref: by?.ref ?? 0 } : news);
    }
  }

  /** The timeline as it would be if it were stopped, or changed, now. */
  #now(): Timeline {
    const { position } = targetAt(this.timeline, this.nowMs, this.media?.duration ?? 0);
    return { ...this.timeline, position, at: this.nowMs };
  }

  #state(): RoomState {
    return {
      timeline: this.timeline,
      media: this.media,
      host: this.host,
      control: this.control,
      control_revision: this.controlRevision,
      waiting_for: this.waitingFor,
    };
  }

  #roster() {
    const changed = [...this.#guests.values()].map(
      ({ connection, joinedAtMs, report }): Participant => ({
        user_id: connection.userId,
        name: connection.userId,
        avatar: null,
        level: 'viewer',
        via: 'discord',
        joined_at_ms: joinedAtMs,
        state: report?.state ?? 'loading',
        activity: report?.activity ?? 'active',
        drift_ms: report?.drift_ms ?? null,
        clock_bound_ms: report?.clock_bound_ms ?? null,
        quality: 'good',
      }),
    );
    return { changed, gone: [], total: changed.length, stamp_ms: this.nowMs };
  }

  #stamps(c0: number, s1: number): ClockStamps {
    return { c0, s1, s2: this.nowMs };
  }

  #tellAll(message: ServerMessage): void {
    for (const { connection } of this.#guests.values()) {
      this.#answer(connection, message);
    }
  }

  #answer(connection: Connection, message: ServerMessage): void {
    this.said += 1;
    connection.post(message);
  }
}
