/** A viewer in a simulated room: the real engine, over a simulated player, clock and line. */

import { RoomSession } from '../../src/sync/room_session';
import type { RoomMoment } from '../../src/sync/room_view';
import { GOOD_LINE, type Line, SimulatedSocket } from './simulated_network';
import { type Habits, SimulatedPlayer } from './simulated_player';
import type { SimulatedRoom } from './simulated_room';
import { between, type Chance, type SimulatedTime } from './simulated_time';

export interface ViewerTraits {
  readonly userId: string;
  readonly line: Line;
  readonly habits: Partial<Habits>;
  /** The viewer's clock against the server's, in millionths. */
  readonly clockPpm: number;
  /** Ticks come so often; 1,000 in a hidden page without workers. */
  readonly tickMs: number;
  /** From media known to playable. */
  readonly loadMs: number;
}

export const USUAL_TRAITS: Omit<ViewerTraits, 'userId'> = {
  line: GOOD_LINE,
  habits: {},
  clockPpm: 0,
  tickMs: 100,
  loadMs: 300,
};

export class SimulatedViewer {
  readonly session: RoomSession;
  readonly player: SimulatedPlayer;
  readonly sockets: SimulatedSocket[] = [];
  readonly moments: RoomMoment[] = [];
  readonly userId: string;
  isHidden = false;
  isOffline = false;
  readonly #time: SimulatedTime;
  readonly #random: Chance;
  readonly #clockOffset: number;
  readonly #clockRate: number;
  #loaded: string | null = null;

  constructor(time: SimulatedTime, random: Chance, room: SimulatedRoom, traits: Partial<ViewerTraits>) {
    const { userId, line, habits, clockPpm, tickMs, loadMs } = { userId: '1', ...USUAL_TRAITS, ...traits };
    this.userId = userId;
    this.#time = time;
    this.#random = random;
    this.#clockOffset = between(random, 0, 100_000);
    this.#clockRate = 1 + clockPpm * 1e-6;
    this.player = new SimulatedPlayer(time, random, (trueMs) => this.ownAt(trueMs), habits);
    this.session = new RoomSession({
      openSocket: async () => this.#open(line, room),
      player: this.player,
      now: () => this.now(),
      timers: {
        setTimeout: (action, ms) => time.after(ms, action),
        clearTimeout: (timer) => time.cancel(timer),
      },
      random,
      tick: (_, onTick) => this.#tickEvery(tickMs, onTick),
      isHidden: () => this.isHidden,
    });
    this.session.subscribeMoments((moment) => this.moments.push(moment));
    this.session.subscribe((view) => {
      if (view.media !== null && view.media.entry_id !== this.#loaded) {
        this.#loaded = view.media.entry_id;
        this.player.load(view.media.duration, loadMs);
      }
    });
  }

  now(): number {
    return this.ownAt(this.#time.nowMs);
  }

  ownAt(trueMs: number): number {
    return this.#clockOffset + trueMs * this.#clockRate;
  }

  get socket(): SimulatedSocket | undefined {
    return this.sockets.at(-1);
  }

  /** How far this viewer's media is from the room's, ms; ahead is positive. */
  driftFrom(room: SimulatedRoom): number {
    return (this.player.truth - room.position) * 1000;
  }

  get sentCount(): number {
    return this.sockets.reduce((sum, socket) => sum + socket.sent.length, 0);
  }

  get receivedCount(): number {
    return this.sockets.reduce((sum, socket) => sum + socket.received.length, 0);
  }

  async #open(line: Line, room: SimulatedRoom): Promise<SimulatedSocket> {
    if (this.isOffline) {
      throw new Error('There is no network.');
    }
    const socket = new SimulatedSocket(this.#time, this.#random, line, room, this.userId);
    this.sockets.push(socket);
    return socket;
  }

  /** As real timers are: never early, sometimes late. */
  #tickEvery(everyMs: number, onTick: () => void): () => void {
    let isStopped = false;
    const step = () => {
      if (!isStopped) {
        onTick();
        this.#time.after(everyMs + between(this.#random, 0, 4), step);
      }
    };
    this.#time.after(everyMs, step);
    return () => {
      isStopped = true;
    };
  }
}
