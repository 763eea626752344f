/**
 * How well viewers hold together, on simulated time: the figures of the targets, without a browser.
 *
 * Drift is told between every two viewers, from the true positions of their media. One `Measurement` is one room from
 * one seed: joining, a long time of nothing, seeks, network cuts.
 */

import { SimulatedGathering } from './simulated_gathering';
import type { Habits } from './simulated_player';
import { bell, between } from './simulated_time';
import type { SimulatedViewer } from './simulated_viewer';

export interface Profile {
  readonly name: string;
  readonly oneWayMs: number;
  readonly jitterMs: number;
  readonly habits?: Partial<Habits>;
}

export const PROFILES: readonly Profile[] = [
  { name: 'one-way 40 ± 20 ms', oneWayMs: 40, jitterMs: 20 },
  { name: 'one-way 100 ± 40 ms', oneWayMs: 100, jitterMs: 40 },
  { name: 'one-way 40 ± 20 ms, frames', oneWayMs: 40, jitterMs: 20, habits: { readings: 'frames' } },
];

/** What was measured; times and drifts in milliseconds. */
export class Figures {
  readonly steady: number[] = [];
  readonly clockError: number[] = [];
  readonly joinTo80: number[] = [];
  readonly joinTo40: number[] = [];
  readonly seekTo80: number[] = [];
  readonly cutTo80: number[] = [];
  boundsBroken = 0;
  needlessSeeks = 0;
  /** Looks at which a rate beyond 5 % was heard below 80 ms of drift. */
  audible = 0;
  rateChanges = 0;
  messages = 0;
  viewerMinutes = 0;
  viewersWithoutHost = 0;
  viewersMinutesWithoutHost = 0;
}

const VIEWERS = 4;
const LOOK_MS = 250;
const SEEKS = 10;
const CUTS = 10;
const CUT_MS = 10_000;
/** In sync is who stays within a limit for so long. */
const FOR_GOOD_MS = 500;

export class Measurement {
  readonly #all: SimulatedGathering;
  readonly #profile: Profile;
  readonly #figures: Figures;

  constructor(profile: Profile, seed: number, figures: Figures) {
    this.#profile = profile;
    this.#figures = figures;
    this.#all = new SimulatedGathering(seed, { oneWayMs: profile.oneWayMs, jitterMs: profile.jitterMs });
  }

  async run(steadyMinutes: number): Promise<void> {
    await this.#join();
    await this.#all.pass(60_000);
    await this.#steady(steadyMinutes);
    await this.#seek();
    await this.#cut();
  }

  get #host(): SimulatedViewer {
    return this.#all.viewers[0] ?? this.#arrive();
  }

  #arrive(): SimulatedViewer {
    const { random } = this.#all;
    return this.#all.join({
      habits: { skewPpm: 20 * bell(random), ...this.#profile.habits },
      clockPpm: 20 * bell(random),
      loadMs: between(random, 200, 600),
    });
  }

  async #join(): Promise<void> {
    const host = this.#arrive();
    await this.#all.pass(4_000);
    host.session.play();
    await this.#all.pass(10_000);
    while (this.#all.viewers.length < VIEWERS) {
      const viewer = this.#arrive();
      while (viewer.player.state !== 'ready') {
        await this.#all.pass(10);
      }
      this.#figures.joinTo80.push(await this.#within([viewer], 80));
      await this.#all.pass(2_000);
    }
    for (let turn = 0; turn < 3; turn += 1) {
      await this.#rejoin();
    }
  }

  /** The same again for the finer limit, by who leaves the room's place and comes back as a newcomer would. */
  async #rejoin(): Promise<void> {
    const viewer = this.#all.viewers[VIEWERS - 1] ?? this.#host;
    viewer.session.watchFreely();
    viewer.session.pause();
    viewer.session.seek(0);
    await this.#all.pass(2_000);
    viewer.session.backToHost();
    this.#figures.joinTo40.push(await this.#within([viewer], 40));
    await this.#all.pass(3_000);
  }

  async #steady(minutes: number): Promise<void> {
    const { viewers } = this.#all;
    const seeks = () => viewers.reduce((sum, viewer) => sum + viewer.player.seeks.length, 0);
    const rates = () => viewers.reduce((sum, viewer) => sum + viewer.player.rateChanges, 0);
    const messages = () =>
      viewers.slice(1).reduce((sum, viewer) => sum + viewer.sentCount + viewer.receivedCount, 0);
    const before = { seeks: seeks(), rates: rates(), messages: messages() };
    for (let looks = (minutes * 60_000) / LOOK_MS; looks > 0; looks -= 1) {
      await this.#all.pass(LOOK_MS);
      this.#look();
    }
    this.#figures.needlessSeeks += seeks() - before.seeks;
    this.#figures.rateChanges += rates() - before.rates;
    this.#figures.messages += messages() - before.messages;
    this.#figures.viewerMinutes += minutes * VIEWERS;
    this.#figures.viewersWithoutHost += VIEWERS - 1;
    this.#figures.viewersMinutesWithoutHost += minutes * (VIEWERS - 1);
  }

  #look(): void {
    const { viewers, room } = this.#all;
    for (const [place, one] of viewers.entries()) {
      for (const other of viewers.slice(place + 1)) {
        this.#figures.steady.push(Math.abs(one.player.truth - other.player.truth) * 1_000);
      }
      const error = Math.abs(one.session.serverMs - room.nowMs);
      this.#figures.clockError.push(error);
      this.#figures.boundsBroken += error > (one.session.view.sync.boundMs ?? 0) ? 1 : 0;
      const isHeard = Math.abs(one.player.rate - 1) > 0.05 && Math.abs(one.driftFrom(room)) < 80;
      this.#figures.audible += isHeard ? 1 : 0;
    }
  }

  async #seek(): Promise<void> {
    for (let turn = 0; turn < SEEKS; turn += 1) {
      await this.#hostSeeks(between(this.#all.random, 0, 6_000));
      this.#figures.seekTo80.push(await this.#within(this.#all.viewers, 80));
      await this.#all.pass(8_000);
    }
  }

  async #hostSeeks(position: number): Promise<void> {
    const { room } = this.#all;
    const { revision } = room.timeline;
    this.#host.session.seek(position);
    while (room.timeline.revision === revision) {
      await this.#all.pass(5);
    }
  }

  /** A viewer's network is gone for ten seconds, in which the host seeks; told is the time from the socket's return. */
  async #cut(): Promise<void> {
    const viewer = this.#all.viewers[VIEWERS - 1] ?? this.#host;
    for (let turn = 0; turn < CUTS; turn += 1) {
      viewer.isOffline = true;
      viewer.socket?.break(true);
      await this.#all.pass(CUT_MS / 2);
      await this.#hostSeeks(between(this.#all.random, 0, 6_000));
      await this.#all.pass(CUT_MS / 2);
      viewer.isOffline = false;
      while (viewer.session.view.connection.state !== 'open') {
        await this.#all.pass(5);
      }
      this.#figures.cutTo80.push(await this.#within([viewer], 80));
      await this.#all.pass(15_000);
    }
  }

  /** Until all are within the limit for good, ms from now; at most 20 s. */
  async #within(viewers: readonly SimulatedViewer[], limitMs: number): Promise<number> {
    const { time, room } = this.#all;
    const startMs = time.nowMs;
    let sinceMs = startMs;
    while (time.nowMs - sinceMs < FOR_GOOD_MS && time.nowMs - startMs < 20_000) {
      await time.pass(10);
      const isThere =
        room.holding === room.timeline &&
        viewers.every((viewer) => viewer.player.isMoving && Math.abs(viewer.driftFrom(room)) <= limitMs);
      sinceMs = isThere ? sinceMs : time.nowMs;
    }
    return sinceMs - startMs;
  }
}

/** The value below which a share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export interface Row {
  readonly what: string;
  readonly target: string;
  readonly value: string;
  readonly isMet: boolean;
}

/** The targets with what was measured beside them. */
export function rowsOf(figures: Figures, profile: Profile): readonly Row[] {
  const isNear = profile.oneWayMs <= 40;
  const p95 = (what: string, values: readonly number[], most: number): Row => ({
    what: `${what}, p50 / p95`,
    target: `p95 <= ${most}`,
    value: `${quantile(values, 0.5).toFixed(1)} / ${quantile(values, 0.95).toFixed(1)} ms`,
    isMet: quantile(values, 0.95) <= most,
  });
  const atMost = (what: string, value: number, most: number): Row => ({
    what,
    target: `<= ${most}`,
    value: value.toFixed(2),
    isMet: value <= most,
  });
  const minutes = figures.viewersMinutesWithoutHost;
  return [
    p95('steady drift between viewers', figures.steady, isNear ? 25 : 40),
    p95('join to within 80 ms', figures.joinTo80, 1_500),
    p95('join to within 40 ms', figures.joinTo40, 3_000),
    p95('all within 80 ms after a seek', figures.seekTo80, 1_200),
    p95('within 80 ms after a cut of 10 s', figures.cutTo80, 2_000),
    p95('error of the clock', figures.clockError, isNear ? 6 : 12),
    atMost('times that the bound did not hold', figures.boundsBroken, 0),
    atMost('needless seeks', figures.needlessSeeks, 0),
    atMost('looks at an audible rate below 80 ms', figures.audible, 0),
    atMost('corrections per viewer-minute', figures.rateChanges / 2 / figures.viewerMinutes, 1),
    // A stretch of time may begin just before a report and end just after one: one pair more than its share.
    atMost('messages per viewer-minute', (figures.messages - 2 * figures.viewersWithoutHost) / minutes, 6),
  ];
}

/** Measures all profiles, each in rooms from so many seeds, and tells it as text. */
export async function figuresAsText(steadyMinutes: number, seeds: number): Promise<string> {
  const lines: string[] = [];
  for (const profile of PROFILES) {
    const figures = new Figures();
    for (let seed = 1; seed <= seeds; seed += 1) {
      await new Measurement(profile, seed, figures).run(steadyMinutes);
    }
    lines.push(`${profile.name} (${seeds} rooms of ${VIEWERS}, ${steadyMinutes} min each)`);
    for (const { what, target, value, isMet } of rowsOf(figures, profile)) {
      lines.push(`  ${isMet ? 'met   ' : 'MISSED'} ${what.padEnd(44)} ${value.padStart(20)}   ${target}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
