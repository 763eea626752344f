/** The room and the page's own desk, for every part of the page. */

import { createContext } from 'preact';
import { useContext, useEffect, useReducer } from 'preact/hooks';
import type { RoomView } from '../sync/room_view';
import type { OwnPlayer, Room } from '../visit/room';
import type { Desk } from './desk';
import { useStore } from './use_store';

export interface Inside {
  readonly room: Room;
  readonly desk: Desk;
}

export const InsideContext = createContext<Inside | null>(null);

export function useInside(): Inside {
  const inside = useContext(InsideContext);
  if (inside === null) {
    throw new Error('This part of the page stands outside a room.');
  }
  return inside;
}

/** A part of the room's view. */
export function useView<Part>(select: (view: RoomView) => Part): Part {
  return useStore(useInside().room.view, select);
}

/** The player, drawn again after each of its changes. */
export function usePlayer(): OwnPlayer {
  const { player } = useInside().room;
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => player.subscribe(() => drawAgain(undefined)), [player]);
  return player;
}

/** Draws again every so many milliseconds while `isOn`. */
export function useTick(milliseconds: number, isOn: boolean): void {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (!isOn) {
      return;
    }
    const timer = setInterval(() => drawAgain(undefined), milliseconds);
    return () => clearInterval(timer);
  }, [milliseconds, isOn]);
}
