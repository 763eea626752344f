/** What every part of the page may need: where we are, who we are, and what can be done from here. */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Activities } from '../activity/use_activities';
import type { SimulatedDiscord } from '../api/client';
import type { Command, Server, World } from '../api/world';
import type { Place } from './address';
import type { Deeds, Dispatch } from './deeds';
import type { PageState } from './page_state';

export interface Desk {
  client: SimulatedDiscord;
  world: World;
  server: Server;
  place: Place;
  state: PageState;
  commands: Command[];
  dispatch: Dispatch;
  deeds: Deeds;
  activities: Activities;
  goTo(place: Partial<Place>): void;
  /** Puts a command into the composer, as a click on a command mention does. */
  startCommand(name: string): void;
  /** Fetches the present channel again, after a failure. */
  reload(): void;
}

export const DeskContext = createContext<Desk | null>(null);

/** The desk; every component of the page stands under one. */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) {
    throw new Error('This part of the page needs a DeskContext around it.');
  }
  return desk;
}
