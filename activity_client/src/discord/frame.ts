/**
 * What Discord's client says while the Activity is open: layout, orientation, heat, who is in the call.
 *
 * | what | how | needs | on an older client |
 * |---|---|---|---|
 * | layout | event | nothing | stays focused |
 * | orientation | event, sent once at subscribing; lock reset | authenticated | by the window's shape |
 * | heat | event, sent once at subscribing (Android 10 and later) | authenticated | cool |
 * | participants | command, then event | authenticated | the room's own list |
 *
 * None of them is worth stopping for: what a client refuses, or does not know (4002), is done without.
 */

import { type Readable, Store } from '../store';
import type { Participant, Sdk } from './sdk';
import { within } from './time_limit';

export type Layout = 'focused' | 'pip' | 'grid';

export interface Frame {
  readonly layout: Layout;
  /** Hot enough that the picture should cost less. */
  readonly isHot: boolean;
  readonly participants: readonly Participant[];
  /** Counts layout and orientation events: each may move Discord's own bars, and so the safe area. */
  readonly shapeChanges: number;
}

export const FIRST_FRAME: Frame = { layout: 'focused', isHot: false, participants: [], shapeChanges: 0 };

const COMMAND_LIMIT_MS = 5_000;
const UNLOCKED = 1;
const THERMAL_SERIOUS = 2;
const LAYOUTS: Record<number, Layout> = { 0: 'focused', 1: 'pip', 2: 'grid' };

/** The frame as it is now. */
export class DiscordFrame {
  readonly #state = new Store<Frame>(FIRST_FRAME);

  constructor(private readonly sdk: Sdk) {}

  get state(): Readable<Frame> {
    return this.#state;
  }

  /** After `ready`: what needs no authentication. */
  listenEarly(): void {
    const { sdk } = this;
    optional(sdk.commands.encourageHardwareAcceleration());
    optional(
      sdk.subscribe('ACTIVITY_LAYOUT_MODE_UPDATE', ({ layout_mode }) => {
        const layout = LAYOUTS[layout_mode] ?? 'focused';
        this.#shapeChanged({ layout });
      }),
    );
  }

  /** After `authenticate`: the rest. */
  listen(): void {
    const { sdk } = this;
    optional(sdk.subscribe('ORIENTATION_UPDATE', () => this.#shapeChanged({})));
    optional(
      sdk.subscribe('THERMAL_STATE_UPDATE', ({ thermal_state }) =>
        this.#state.change({ isHot: thermal_state >= THERMAL_SERIOUS }),
      ),
    );
    optional(
      sdk.subscribe('ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE', ({ participants }) =>
        this.#state.change({ participants }),
      ),
    );
    optional(
      sdk.commands
        .getInstanceConnectedParticipants()
        .then(({ participants }) => this.#state.change({ participants })),
    );
    // A lock that another Activity, or an earlier visit, has left behind.
    optional(
      sdk.commands.setOrientationLockState({
        lock_state: UNLOCKED,
        picture_in_picture_lock_state: null,
        grid_lock_state: null,
      }),
    );
  }

  #shapeChanged(fields: Partial<Frame>): void {
    this.#state.change({ ...fields, shapeChanges: this.#state.value.shapeChanges + 1 });
  }
}

/** Done without where Discord's client refuses, does not know it, or never answers. */
function optional(asked: Promise<unknown>): void {
  within(COMMAND_LIMIT_MS, asked).catch(() => undefined);
}
