/**
 * Jellyfin SyncPlay with sync correction switched on (it is off by default): playing starts at a moment that the server
 * sets, by a clock read from the quickest of eight exchanges; every 1.5 s a difference from 60 ms on is made up by one
 * second at another rate, and one from 400 ms on that is too large for that by a jump.
 *
 * Source: jellyfin/jellyfin-web, src/plugins/syncPlay/core/PlaybackCore.js (minDelaySpeedToSync 60, maxDelaySpeedToSync
 * 3000, speedToSyncDuration 1000, minDelaySkipToSync 400, MinSpeed 0.2), core/timeSync/TimeSync.js
 * (NumberOfTrackedMeasurements 8, PollingIntervalGreedy 1000, GreedyPingCount 3, PollingIntervalLowProfile 60000).
 */

import { TimeSync } from './jellyfin_time_sync';
import type { PeerMessage, Surroundings, SyncAlgorithm, Undo } from './sync_algorithm';
import { numberIn, Viewer } from './viewer';

const SPEED_TO_SYNC_FROM_MS = 60;
const SPEED_TO_SYNC_BELOW_MS = 3000;
const SPEED_TO_SYNC_FOR_MS = 1000;
const SKIP_TO_SYNC_FROM_MS = 400;
const SLOWEST = 0.2;
const LOOK_AT_MOST_EVERY_MS = SPEED_TO_SYNC_BELOW_MS / 2;
// `timeupdate` fires about four times a second.
const TIME_UPDATE_MS = 250;
const READY_EVERY_MS = 50;

interface Command {
  readonly kind: 'unpause' | 'pause' | 'seek';
  readonly seconds: number;
  /** Epoch milliseconds by the server's clock. */
  readonly when: number;
}

export class Jellyfin implements SyncAlgorithm {
  readonly #surroundings: Surroundings;
  readonly #viewer: Viewer;
  readonly #time: TimeSync;
  readonly #stopTimers: Undo[];
  #command: Command | null = null;
  #scheduled: Undo[] = [];
  #mayCorrect = false;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isToldReady = true;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#viewer = new Viewer(surroundings.player, surroundings.now);
    this.#time = new TimeSync(surroundings);
    this.#stopTimers = [
      surroundings.every(TIME_UPDATE_MS, () => this.#look()),
      surroundings.every(READY_EVERY_MS, () => this.#tellWhenReady()),
      () => this.#time.stop(),
    ];
  }

  receive(message: PeerMessage): void {
    switch (message.kind) {
      case 'time':
        this.#time.receive(message);
        break;
      case 'queue':
        this.#viewer.seek(numberIn(message, 'seconds'));
        this.#isToldReady = false;
        break;
      case 'unpause':
      case 'pause':
      case 'seek':
        this.#obey({
          kind: message.kind,
          seconds: numberIn(message, 'seconds'),
          when: numberIn(message, 'when'),
        });
        break;
    }
  }

  play(): void {
    this.#surroundings.send({ kind: 'unpause' });
  }

  pause(): void {
    this.#surroundings.send({ kind: 'pause' });
  }

  seek(seconds: number): void {
    this.#surroundings.send({ kind: 'seek', seconds });
  }

  stop(): void {
    for (const stop of [...this.#stopTimers, ...this.#scheduled]) {
      stop();
    }
  }

  #obey(command: Command): void {
    this.#forgetScheduled();
    this.#command = command;
    const wait = Math.max(0, command.when - this.#time.offset - this.#surroundings.wallClock());
    if (command.kind === 'unpause') {
      this.#unpause(command, wait);
    } else {
      this.#later(wait, () => (command.kind === 'pause' ? this.#pause(command) : this.#seek(command)));
    }
  }

  #unpause(command: Command, wait: number): void {
    const enableCorrection = () => this.#later(SPEED_TO_SYNC_BELOW_MS / 2, () => this.#allowCorrection());
    if (wait === 0) {
      this.#viewer.setPaused(false);
      this.#viewer.seek(this.#expected(command));
      enableCorrection();
      return;
    }
    if ((this.#viewer.position - command.seconds) * 1000 > SKIP_TO_SYNC_FROM_MS) {
      this.#viewer.seek(command.seconds);
    }
    this.#later(wait, () => {
      this.#viewer.setPaused(false);
      enableCorrection();
    });
  }

  #pause(command: Command): void {
    this.#viewer.setPaused(true);
    this.#viewer.seek(command.seconds);
  }

  #seek(command: Command): void {
    this.#viewer.setPaused(true);
    this.#viewer.seek(command.seconds);
    this.#isToldReady = false;
  }

  /** Where the group is now, in seconds of media. */
  #expected(command: Command): number {
    return command.seconds + (this.#surroundings.wallClock() + this.#time.offset - command.when) / 1000;
  }

  #tellWhenReady(): void {
    if (!this.#isToldReady && this.#viewer.isReady) {
      this.#isToldReady = true;
      this.#surroundings.send({ kind: 'ready', seconds: this.#viewer.position });
    }
  }

  #look(): void {
    const command = this.#command;
    const now = this.#surroundings.now();
    if (
      command?.kind !== 'unpause' ||
      !this.#viewer.isReady ||
      now - this.#lookedAt < LOOK_AT_MOST_EVERY_MS
    ) {
      return;
    }
    this.#lookedAt = now;
    if (this.#mayCorrect) {
      this.#correct((this.#expected(command) - this.#viewer.position) * 1000, command);
    }
  }

  #correct(behindMs: number, command: Command): void {
    const distance = Math.abs(behindMs);
    if (distance >= SPEED_TO_SYNC_FROM_MS && distance < SPEED_TO_SYNC_BELOW_MS) {
      const tooFarAhead = behindMs <= -SPEED_TO_SYNC_FOR_MS * SLOWEST;
      const duration = tooFarAhead ? distance / (1 - SLOWEST) : SPEED_TO_SYNC_FOR_MS;
      this.#mayCorrect = false;
      this.#viewer.setRate(1 + behindMs / duration);
      this.#later(duration, () => {
        this.#viewer.setRate(1);
        this.#allowCorrection();
      });
    } else if (distance >= SKIP_TO_SYNC_FROM_MS) {
      this.#mayCorrect = false;
      this.#viewer.seek(this.#expected(command));
      this.#later(LOOK_AT_MOST_EVERY_MS, () => this.#allowCorrection());
    }
  }

  #allowCorrection(): void {
    this.#mayCorrect = true;
  }

  #later(milliseconds: number, action: () => void): void {
    this.#scheduled.push(this.#surroundings.after(milliseconds, action));
  }

  #forgetScheduled(): void {
    for (const forget of this.#scheduled) {
      forget();
    }
    this.#scheduled = [];
    this.#mayCorrect = false;
    this.#viewer.setRate(1);
  }
}
