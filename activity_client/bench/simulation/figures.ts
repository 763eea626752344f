/**
 * How well viewers hold together, on simulated time: the figures of the targets, without a browser.
 *
 * Drift is told between every two viewers, from the true positions of their media.
 */

import type { Line } from './simulated_network';
import type { Habits } from './simulated_player';
import { SimulatedRoom } from './simulated_room';
import { bell, between, chance, SimulatedTime } from './simulated_time';
import { SimulatedViewer } from './simulated_viewer';

export interface Profile {
  readonly name: string;
  readonly oneWayMs: number;
  readonly jitterMs: number;
  readonly habits?: Partial<Habits>;
}

export const PROFILES: readonly Profile[] = [
  { name: 'one-way 40 ± 20 ms', oneWayMs: 40, jitterMs: 20 },
  { name: 'one-way 100 ± 40 ms', oneWayMs: 100, jitterMs: 40 },
];

export interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly worst: number;
}

export interface Figures {
  readonly steadyMs: Spread;
  readonly joinTo80Ms: Spread;
  readonly joinTo40Ms: Spread;
  readonly seekTo80Ms: Spread;
  readonly cutTo80Ms: Spread;
  readonly clockErrorMs: Spread;
  readonly boundBroken: number;
  readonly needlessSeeks: number;
  readonly audibleBelow80: number;
  readonly correctionsPerMinute: number;
  readonly messagesPerViewerMinute: number;
}

const VIEWERS = 4;
const SAMPLE_MS = 250;

/** A room of four under one profile: joining, half an hour of nothing, ten seeks, ten cuts. */
export async function measure(profile: Profile, seed: number, steadyMinutes = 30): Promise<Figures> {
  const random = chance(seed);
  const time = new SimulatedTime();
  const room = new SimulatedRoom(time, random, '1');
  const line: Line = { oneWayMs: profile.oneWayMs, jitterMs: profile.jitterMs, lost: 0, doubled: 0 };
  const arrive = (place: number) =>
    new SimulatedViewer(time, random, room, {
      userId: String(place),
      line,
      habits: { skewPpm: 20 * bell(random), ...profile.habits },
      clockPpm: 20 * bell(random),
      loadMs: between(random, 200, 600),
    });
  const host = arrive(1);
  host.session.start();
  await time.pass(4_000);
  host.session.play();
  await time.pass(10_000);

  const viewers = [host];
  const joins80: number[] = [];
  const joins40: number[] = [];
  for (let place = 2; place <= VIEWERS; place += 1) {
    const viewer = arrive(place);
    viewers.push(viewer);
    viewer.session.start();
    while (viewer.player.state !== 'ready') {
      await time.pass(10);
    }
    const [to80, to40] = await within(time, [viewer], room, [80, 40], 10_000);
    joins80.push(to80 ?? 0);
    joins40.push(to40 ?? 0);
  }
  await time.pass(40_000);

  const steady: number[] = [];
  const clockErrors: number[] = [];
  let boundBroken = 0;
  let audible = 0;
  const seeksBefore = count(viewers, (viewer) => viewer.player.seeks.length);
  const ratesBefore = count(viewers, (viewer) => viewer.player.rateChanges);
  const messagesBefore = count(viewers.slice(1), (viewer) => viewer.sentCount + viewer.receivedCount);
  await time.pass(60_000);
  for (let step = 0; step < (steadyMinutes * 60_000) / SAMPLE_MS; step += 1) {
    await time.pass(SAMPLE_MS);
    steady.push(...pairs(viewers));
    for (const viewer of viewers) {
      const drift = Math.abs(viewer.driftFrom(room));
      audible += drift < 80 && Math.abs(viewer.player.rate - 1) > 0.05 ? 1 : 0;
      const error = Math.abs(viewer.session.serverMs - room.nowMs);
      clockErrors.push(error);
      boundBroken += error > (viewer.session.view.sync.boundMs ?? 0) ? 1 : 0;
    }
  }
  const minutes = steadyMinutes + 1;
  const needlessSeeks = count(viewers, (viewer) => viewer.player.seeks.length) - seeksBefore;
  const rates = count(viewers, (viewer) => viewer.player.rateChanges) - ratesBefore;
  const messages =
    count(viewers.slice(1), (viewer) => viewer.sentCount + viewer.receivedCount) - messagesBefore;

  const seeks: number[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    host.session.seek(between(random, 0, 6_000));
    const revision = room.timeline.revision;
    while (room.timeline.revision === revision) {
      await time.pass(5);
    }
    seeks.push((await within(time, viewers, room, [80], 10_000))[0] ?? 0);
    await time.pass(8_000);
  }
  const cuts: number[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    cuts.push(await cut(time, viewers[VIEWERS - 1] ?? host, host, room));
    await time.pass(15_000);
  }
  return {
    steadyMs: spread(steady),
    joinTo80Ms: spread(joins80),
    joinTo40Ms: spread(joins40),
    seekTo80Ms: spread(seeks),
    cutTo80Ms: spread(cuts),
    clockErrorMs: spread(clockErrors),
    boundBroken,
    needlessSeeks,
    audibleBelow80: audible,
    correctionsPerMinute: rates / 2 / minutes / VIEWERS,
    messagesPerViewerMinute: messages / minutes / (VIEWERS - 1),
  };
}

/** A viewer's network is gone for ten seconds, in which the host seeks; told is the time from the socket's return. */
async function cut(
  time: SimulatedTime,
  viewer: SimulatedViewer,
  host: SimulatedViewer,
  room: SimulatedRoom,
): Promise<number> {
  viewer.isOffline = true;
  viewer.socket?.break(true);
  await time.pass(5_000);
  host.session.seek((room.position + 900) % 6_000);
  await time.pass(5_000);
  viewer.isOffline = false;
  while (viewer.session.view.connection.state !== 'open') {
    await time.pass(5);
  }
  return (await within(time, [viewer], room, [80], 20_000))[0] ?? 0;
}

/** Until all are within each limit for good (half a second), ms from now. */
async function within(
  time: SimulatedTime,
  viewers: readonly SimulatedViewer[],
  room: SimulatedRoom,
  limits: readonly number[],
  mostMs: number,
): Promise<number[]> {
  const startMs = time.nowMs;
  const since = limits.map(() => Number.POSITIVE_INFINITY);
  while (time.nowMs - startMs < mostMs) {
    await time.pass(10);
    const holding = room.holding;
    const isRunning = holding === room.timeline && viewers.every((viewer) => viewer.player.isMoving);
    const worst = Math.max(...viewers.map((viewer) => Math.abs(viewer.driftFrom(room))));
    for (const [place, limit] of limits.entries()) {
      const known = since[place] ?? Number.POSITIVE_INFINITY;
      since[place] = isRunning && worst <= limit ? Math.min(known, time.nowMs) : Number.POSITIVE_INFINITY;
    }
    if (since.every((ms) => time.nowMs - ms >= 500)) {
      break;
    }
  }
  return since.map((ms) => Math.min(ms - startMs, mostMs));
}

function pairs(viewers: readonly SimulatedViewer[]): number[] {
  return viewers.flatMap((one, place) =>
    viewers.slice(place + 1).map((other) => Math.abs(one.player.truth - other.player.truth) * 1000),
  );
}

function count(viewers: readonly SimulatedViewer[], of: (viewer: SimulatedViewer) => number): number {
  return viewers.reduce((sum, viewer) => sum + of(viewer), 0);
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), worst: at(1) };
}
