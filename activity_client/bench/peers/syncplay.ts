/**
 * Syncplay: the server tells the slowest viewer's position once a second; who is 1.5 s ahead of it plays at 0.95, who
 * is 4 s ahead jumps back. Nobody who may control catches up: the others come back to them.
 *
 * Source: Syncplay/syncplay, syncplay/constants.py (SLOWDOWN_RATE, DEFAULT_SLOWDOWN_KICKIN_THRESHOLD,
 * SLOWDOWN_RESET_THRESHOLD, DEFAULT_REWIND_THRESHOLD, DEFAULT_FASTFORWARD_THRESHOLD, FASTFORWARD_BEHIND_THRESHOLD,
 * FASTFORWARD_EXTRA_TIME, FASTFORWARD_RESET_THRESHOLD, PLAYER_ASK_DELAY, PING_MOVING_AVERAGE_WEIGHT), syncplay/client.py
 * (`_changePlayerStateAccordingToGlobalState`), syncplay/protocols.py (`PingService`, `ignoringOnTheFly`).
 */

import type { PeerMessage, Surroundings, SyncAlgorithm, Undo } from './sync_algorithm';
import { numberIn, Viewer } from './viewer';

const SLOWDOWN_RATE = 0.95;
const SLOWDOWN_FROM_SECONDS = 1.5;
const SLOWDOWN_UNTIL_SECONDS = 0.1;
const REWIND_FROM_SECONDS = 4;
const FASTFORWARD_FROM_SECONDS = 5;
const BEHIND_FROM_SECONDS = 1.75;
const FASTFORWARD_EXTRA_SECONDS = 0.25;
const FASTFORWARD_RESET_MS = 3000;
const ASK_PLAYER_EVERY_MS = 100;

interface Asked {
  readonly position: number;
  readonly paused: boolean;
  readonly at: number;
}

interface GlobalState {
  readonly position: number;
  readonly paused: boolean;
  readonly setByMe: boolean;
  readonly isSeek: boolean;
}

export class Syncplay implements SyncAlgorithm {
  readonly #surroundings: Surroundings;
  readonly #viewer: Viewer;
  readonly #stopTimer: Undo;
  readonly #ping = new PingService();
  #asked: Asked | null = null;
  #paused: boolean | null = null;
  #changesSent = 0;
  #changesSeen = 0;
  #behindSince: number | null = null;
  #mayControl = false;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#viewer = new Viewer(surroundings.player, surroundings.now);
    this.#stopTimer = surroundings.every(ASK_PLAYER_EVERY_MS, () => this.#askPlayer());
  }

  receive(message: PeerMessage): void {
    if (message.kind === 'hello') {
      this.#mayControl = message.may_control === true;
    }
    if (message.kind === 'state') {
      this.#ping.receive(
        this.#surroundings.wallClock(),
        numberIn(message, 'your_stamp'),
        numberIn(message, 'server_rtt'),
      );
      this.#changesSeen = Math.max(this.#changesSeen, numberIn(message, 'changes_seen'));
      // The server has not heard of my last change yet: what it says is old.
      if (this.#changesSeen === this.#changesSent) {
        this.#apply(this.#read(message));
      }
      this.#tell(numberIn(message, 'server_stamp'), false);
    }
  }

  play(): void {
    this.#change(false);
  }

  pause(): void {
    this.#change(true);
  }

  seek(seconds: number): void {
    this.#viewer.seek(seconds);
    this.#asked = { position: seconds, paused: this.#viewer.isPaused, at: this.#surroundings.now() };
    this.#changesSent += 1;
    this.#tell(0, true);
  }

  stop(): void {
    this.#stopTimer();
  }

  #change(paused: boolean): void {
    this.#viewer.setPaused(paused);
    this.#paused = paused;
    this.#asked = { position: this.#viewer.position, paused, at: this.#surroundings.now() };
    this.#changesSent += 1;
    this.#tell(0, false);
  }

  #askPlayer(): void {
    if (this.#surroundings.player.state === 'ready') {
      this.#asked = {
        position: this.#viewer.position,
        paused: this.#viewer.isPaused,
        at: this.#surroundings.now(),
      };
    }
  }

  /** The last answer of the player, run on since then. */
  #position(): number {
    if (this.#asked === null) {
      return 0;
    }
    const elapsedSeconds = (this.#surroundings.now() - this.#asked.at) / 1000;
    return this.#asked.position + (this.#asked.paused ? 0 : elapsedSeconds);
  }

  #read(message: PeerMessage): GlobalState {
    const paused = message.paused === true;
    const age = paused ? 0 : this.#ping.forwardDelaySeconds;
    return {
      position: numberIn(message, 'position') + age,
      paused,
      setByMe: message.set_by_you === true,
      isSeek: message.do_seek === true,
    };
  }

  #apply(state: GlobalState): void {
    if (this.#asked === null) {
      return;
    }
    const ahead = this.#position() - state.position;
    if (this.#paused === null) {
      this.#viewer.seek(state.position);
      this.#viewer.setPaused(state.paused);
    } else if (state.isSeek) {
      this.#seekWithOthers(state);
    } else {
      this.#correct(ahead, state);
    }
    if (this.#paused !== null && state.paused !== this.#paused) {
      this.#viewer.setPaused(state.paused);
      if (state.paused && !state.setByMe) {
        this.#viewer.seek(state.position);
      }
    }
    this.#paused = state.paused;
  }

  #seekWithOthers(state: GlobalState): void {
    if (!state.setByMe) {
      this.#viewer.seek(state.position);
    }
  }

  #correct(ahead: number, state: GlobalState): void {
    if (ahead > REWIND_FROM_SECONDS && !state.setByMe) {
      this.#viewer.seek(state.position);
    }
    this.#fastForward(ahead, state);
    if (state.paused) {
      return;
    }
    if (ahead > SLOWDOWN_FROM_SECONDS && this.#viewer.rate === 1 && !state.setByMe) {
      this.#viewer.setRate(SLOWDOWN_RATE);
    } else if (this.#viewer.rate !== 1 && ahead < SLOWDOWN_UNTIL_SECONDS) {
      this.#viewer.setRate(1);
    }
  }

  #fastForward(ahead: number, state: GlobalState): void {
    if (this.#mayControl || ahead > -BEHIND_FROM_SECONDS) {
      this.#behindSince = null;
      return;
    }
    const now = this.#surroundings.now();
    this.#behindSince ??= now;
    const longEnough = now - this.#behindSince > (FASTFORWARD_FROM_SECONDS - BEHIND_FROM_SECONDS) * 1000;
    if (longEnough && ahead < -FASTFORWARD_FROM_SECONDS && !state.setByMe) {
      this.#viewer.seek(state.position + FASTFORWARD_EXTRA_SECONDS);
      this.#behindSince = now + FASTFORWARD_RESET_MS;
    }
  }

  #tell(serverStamp: number, isSeek: boolean): void {
    this.#surroundings.send({
      kind: 'state',
      position: this.#asked === null ? null : this.#position(),
      paused: this.#paused,
      do_seek: isSeek,
      change: this.#changesSent,
      server_stamp: serverStamp,
      client_stamp: this.#surroundings.wallClock(),
      client_rtt: this.#ping.roundTripSeconds,
    });
  }
}

/** The age of a message, by a moving average of round trips. */
export class PingService {
  static readonly WEIGHT = 0.85;
  #average = 0;
  roundTripSeconds = 0;
  forwardDelaySeconds = 0;

  /**
   * @param now epoch milliseconds
   * @param stamp epoch milliseconds when the message that is now answered was sent; 0 where none was
   * @param otherRoundTripSeconds what the other side measured
   */
  receive(now: number, stamp: number, otherRoundTripSeconds: number): void {
    if (stamp === 0) {
      return;
    }
    this.roundTripSeconds = (now - stamp) / 1000;
    this.#average ||= this.roundTripSeconds;
    this.#average = this.#average * PingService.WEIGHT + this.roundTripSeconds * (1 - PingService.WEIGHT);
    const slower = Math.max(0, this.roundTripSeconds - otherRoundTripSeconds);
    this.forwardDelaySeconds = this.#average / 2 + slower;
  }
}
