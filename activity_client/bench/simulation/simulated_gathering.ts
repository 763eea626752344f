/** A room and the viewers in it, on one simulated time from one seed. */

import { GOOD_LINE, type Line } from './simulated_network';
import { SimulatedRoom } from './simulated_room';
import { type Chance, chance, SimulatedTime } from './simulated_time';
import { SimulatedViewer, type ViewerTraits } from './simulated_viewer';

export class SimulatedGathering {
  readonly time = new SimulatedTime();
  readonly random: Chance;
  readonly room: SimulatedRoom;
  readonly viewers: SimulatedViewer[] = [];
  readonly line: Line;

  constructor(seed: number, line: Partial<Line> = {}, duration?: number) {
    this.random = chance(seed);
    this.line = { ...GOOD_LINE, ...line };
    this.room = new SimulatedRoom(this.time, this.random, '1', duration);
  }

  /** The first to join is the host. */
  join(traits: Partial<ViewerTraits> = {}): SimulatedViewer {
    const userId = String(this.viewers.length + 1);
    const viewer = new SimulatedViewer(this.time, this.random, this.room, {
      userId,
      line: this.line,
      ...traits,
    });
    this.viewers.push(viewer);
    viewer.session.start();
    return viewer;
  }

  /** The farthest that anybody who plays is from the room, ms. */
  get worstDriftMs(): number {
    return Math.max(...this.viewers.map((viewer) => Math.abs(viewer.driftFrom(this.room))));
  }

  pass(ms: number): Promise<void> {
    return this.time.pass(ms);
  }
}
