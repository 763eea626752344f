// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SimulatedPlayer } from '../../bench/simulation/simulated_player';
import { chance, SimulatedTime } from '../../bench/simulation/simulated_time';
import { Clock } from './clock';
import { Pilot } from './pilot';
import type { Media, Timeline } from './protocol';
import { RoomKnowledge } from './room_knowledge';

const FILM: Media = { entry_id: '0_film', title: 'A film', duration: 600, kind: 'video' };

/** A pilot whose clock and server's are one, with a film that is loaded. */
async function cockpit() {
  const time = new SimulatedTime();
  const player = new SimulatedPlayer(time, chance(1), (ms) => ms);
  const clock = new Clock();
  const room = new RoomKnowledge();
  const page = { isHidden: false };
  const pilot = new Pilot({ player, now: () => time.nowMs, clock, room, isHidden: () => page.isHidden });
  const heard: (string | null)[] = [];
  player.subscribe((event) => heard.push(pilot.onEvent(event)));
  clock.add({ c0: 0, s1: 0, s2: 0 }, 0);
  const show = (change: Partial<Timeline> = {}) => {
    const timeline = {
      revision: room.revision + 1,
      paused: true,
      position: 10,
      rate: 1,
      at: time.nowMs,
      ...change,
    };
    room.track = { holding: timeline, coming: null };
  };
  const fly = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 50) {
      pilot.tick(null);
      await time.pass(50);
    }
  };
  room.media = FILM;
  show();
  player.load(600, 0);
  await fly(1_000);
  return { time, player, clock, room, pilot, page, heard, show, fly };
}

describe('the player', () => {
  it('is put where the room is', async () => {
    const { player, pilot, show, fly } = await cockpit();
    expect(player.truth).toBeCloseTo(10);
    expect(pilot.playState).toBe('paused');
    show({ paused: false });
    await fly(3_000);
    expect(pilot.playState).toBe('playing');
    expect(pilot.state).toBe('in_sync');
    expect(pilot.mediaPosition).toBeCloseTo(player.truth, 2);
  });

  it('stands at once where its own viewer pauses, before the room has answered', async () => {
    const { player, pilot, show, fly, time } = await cockpit();
    show({ paused: false });
    await fly(3_000);
    pilot.tick({ cause: 'pause', paused: true, position: player.truth });
    expect(player.isPaused).toBe(true);
    await time.pass(10);
  });

  it('that still holds the old film is left alone', async () => {
    const { player, pilot, room, show, fly } = await cockpit();
    room.media = { ...FILM, entry_id: '0_next' };
    show({ paused: false, position: 300 });
    const seeks = player.seeks.length;
    await fly(2_000);
    expect(player.seeks).toHaveLength(seeks);
    expect(pilot.isReady).toBe(false);
    expect(pilot.playState).toBe('loading');
    player.load(900, 100);
    await fly(3_000);
    expect(pilot.isReady).toBe(true);
    expect(player.truth).toBeGreaterThan(300);
  });

  it('that had to load the same film once more is brought back', async () => {
    const { player, pilot, show, fly } = await cockpit();
    show({ paused: false, position: 200 });
    await fly(3_000);
    player.load(600, 500);
    await fly(4_000);
    expect(pilot.state).toBe('in_sync');
    expect(player.truth).toBeGreaterThan(205);
  });

  it('is not touched before the clock is known', async () => {
    const { player, room } = await cockpit();
    const fresh = new Pilot({ player, now: () => 0, clock: new Clock(), room, isHidden: () => false });
    const seeks = player.seeks.length;
    expect(fresh.tick(null)).toBeNull();
    expect(player.seeks).toHaveLength(seeks);
  });
});

describe('what the player says', () => {
  it('is a wish where somebody paused it, or set it going', async () => {
    const { player, heard, show, fly } = await cockpit();
    show({ paused: false });
    await fly(3_000);
    heard.length = 0;
    player.pauseByOther();
    expect(heard).toEqual(['pause']);
    show({ paused: true, position: player.truth });
    await fly(1_000);
  });

  it('is none in a hidden page, while it seeks or stalls, or at the end', async () => {
    const { player, heard, page, show, fly, time } = await cockpit();
    show({ paused: false, position: 590 });
    await fly(3_000);
    page.isHidden = true;
    player.pauseByOther();
    page.isHidden = false;
    await fly(2_000);
    player.stall(500);
    player.pauseByOther();
    await fly(2_000);
    show({ paused: false, position: 590, at: time.nowMs - 9_000 });
    await fly(5_000);
    expect(player.state).toBe('ended');
    expect(heard.filter((wish) => wish !== null)).toEqual([]);
  });

  it('is none while one watches freely', async () => {
    const { player, pilot, heard, show, fly } = await cockpit();
    show({ paused: false });
    await fly(3_000);
    pilot.free();
    player.pauseByOther();
    expect(heard.filter((wish) => wish !== null)).toEqual([]);
    expect(pilot.playState).toBe('free');
    expect(pilot.driftMs).toBeNull();
    await fly(1_000);
    expect(player.isPaused).toBe(true);
  });
});

describe('what is counted', () => {
  it('is how long it buffered', async () => {
    const { player, pilot, show, fly } = await cockpit();
    show({ paused: false });
    await fly(3_000);
    pilot.takeCounts();
    player.stall(2_000);
    await fly(5_000);
    const { bufferingMs, seeks } = pilot.takeCounts();
    expect(bufferingMs).toBeGreaterThan(1_800);
    expect(bufferingMs).toBeLessThan(2_300);
    expect(seeks).toBeGreaterThan(0);
    expect(pilot.takeCounts()).toEqual({ bufferingMs: 0, seeks: 0, corrections: 0 });
  });
});

describe('the duration', () => {
  it('is the player’s where it knows, and none for what is live', async () => {
    const { pilot, room, player } = await cockpit();
    player.durationSeconds = 601.5;
    expect(pilot.duration).toBe(601.5);
    player.durationSeconds = Number.NaN;
    expect(pilot.duration).toBe(600);
    room.media = { ...FILM, kind: 'live' };
    expect(pilot.duration).toBe(0);
  });
});
