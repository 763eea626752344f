/** Draws a component again when the part of a store that it looks at has changed. */

import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { Readable } from '../store';

/** What `select` makes of the store's value; must be the same object (or equal) for as long as nothing changed. */
export function useStore<Value, Part>(store: Readable<Value>, select: (value: Value) => Part): Part {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const latest = useRef({ select, part: select(store.value) });
  latest.current = { select, part: select(store.value) };
  useEffect(() => {
    const look = () => {
      const part = latest.current.select(store.value);
      if (!Object.is(part, latest.current.part)) {
        drawAgain(undefined);
      }
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return latest.current.part;
}
