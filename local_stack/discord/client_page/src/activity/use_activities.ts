/** The window's Activities as a hook: what it knows, and what can be done with them. */

import { useCallback, useMemo, useReducer, useRef } from 'preact/hooks';
import type { ActivityNews, Signal } from '../api/activities';
import { type SimulatedDiscord, SimulatedDiscordError } from '../api/client';
import { type ActivityChange, afterChange, NO_ACTIVITY, type WindowActivity } from './window_activity';

export interface Activities {
  state: WindowActivity;
  change(change: ActivityChange): void;
  /** Opens the frame on an instance, as after a launch or a press of Join. */
  open(instanceId: string): Promise<void>;
  close(): Promise<void>;
  /** Asks for everything again, after a new connection. */
  reload(): Promise<void>;
  hear(news: ActivityNews): void;
  /** Listens for what tests signal to the frame. */
  onSignal(listener: (signal: Signal) => void): () => void;
}

function sentenceOf(error: unknown): string {
  if (error instanceof SimulatedDiscordError) {
    return error.message;
  }
  throw error;
}

export function useActivities(client: SimulatedDiscord, userId: string, windowId: string): Activities {
  const [state, change] = useReducer(
    (now: WindowActivity, what: ActivityChange) => afterChange(now, what, userId),
    NO_ACTIVITY,
  );
  const listeners = useRef(new Set<(signal: Signal) => void>());
  const shownId = useRef<string | null>(null);
  shownId.current = state.shownId;

  const open = useCallback(
    async (instanceId: string) => {
      try {
        change({ kind: 'opened', instance: await client.joinActivity(instanceId, userId, windowId) });
      } catch (error) {
        change({ kind: 'failed', sentence: sentenceOf(error) });
      }
    },
    [client, userId, windowId],
  );
  const close = useCallback(async () => {
    const instanceId = shownId.current;
    change({ kind: 'closed' });
    if (instanceId !== null) {
      await client.leaveActivity(instanceId, userId, windowId).catch(sentenceOf);
    }
  }, [client, userId, windowId]);
  const reload = useCallback(async () => {
    try {
      change({ kind: 'listed', running: await client.activities() });
      if (shownId.current !== null) {
        // The stream was away, perhaps long enough to be taken for a closed window.
        await client.joinActivity(shownId.current, userId, windowId);
      }
    } catch (error) {
      sentenceOf(error);
    }
  }, [client, userId, windowId]);
  const hear = useCallback((news: ActivityNews) => {
    change(news);
    if (news.kind === 'activity_signal') {
      for (const listener of listeners.current) {
        listener(news.signal);
      }
    }
  }, []);
  const onSignal = useCallback((listener: (signal: Signal) => void) => {
    listeners.current.add(listener);
    return () => {
      listeners.current.delete(listener);
    };
  }, []);
  return useMemo(
    () => ({ state, change, open, close, reload, hear, onSignal }),
    [state, open, close, reload, hear, onSignal],
  );
}
