/**
 * Suggestions that the application makes while somebody types.
 *
 * Each question waits until the typing rests, and an answer counts only if nothing was typed since:
 * answers come back in any order.
 */

import { useEffect, useState } from 'preact/hooks';
import type { SimulatedDiscord } from '../api/client';
import { SimulatedDiscordError } from '../api/client';
import type { InteractionRequest } from '../api/interactions';
import type { Suggestion } from './entries';

/** Milliseconds without a key before the application is asked; about what Discord's client waits. */
export const TYPING_RESTS_MS = 250;

export type Autocomplete =
  | { kind: 'off' }
  | { kind: 'loading' }
  | { kind: 'ready'; suggestions: Suggestion[] }
  | { kind: 'failed'; reason: string };

const PLAIN = { description: null, colour: null, avatarUrl: null, emoji: null, icon: null };

/** Asks once; never throws for what the application or the network does. */
export async function askForSuggestions(
  client: SimulatedDiscord,
  question: InteractionRequest,
): Promise<Autocomplete> {
  try {
    const outcome = await client.interact(question);
    if (outcome.choices == null) {
      return { kind: 'failed', reason: outcome.failure?.reason ?? 'The answer held no choices.' };
    }
    const suggestions = outcome.choices.map((choice) => ({
      ...PLAIN,
      value: String(choice.value),
      label: choice.name,
      sent: choice.value,
    }));
    return { kind: 'ready', suggestions };
  } catch (error) {
    if (error instanceof SimulatedDiscordError) {
      return { kind: 'failed', reason: error.message };
    }
    throw error;
  }
}

/** The suggestions for a question, anew whenever it changes; `null` asks nothing. */
export function useAutocomplete(client: SimulatedDiscord, question: InteractionRequest | null): Autocomplete {
  const [answer, setAnswer] = useState<Autocomplete>({ kind: 'off' });
  const key = question === null ? null : JSON.stringify(question);
  useEffect(() => {
    if (key === null) {
      setAnswer({ kind: 'off' });
      return undefined;
    }
    let current = true;
    setAnswer({ kind: 'loading' });
    const timer = setTimeout(async () => {
      const found = await askForSuggestions(client, JSON.parse(key) as InteractionRequest);
      if (current) {
        setAnswer(found);
      }
    }, TYPING_RESTS_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [key, client]);
  return answer;
}
