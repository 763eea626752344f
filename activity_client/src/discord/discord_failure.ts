/**
 * What can go wrong between this page and Discord's client, each with its sentence and what the one button says.
 *
 * A refused command rejects with a plain object `{code, message}`, not with an Error (@discord/embedded-app-sdk 2.5.0).
 * Codes that matter here: 4002 a command that an older client does not know; 5000 the person said no to the question
 * who they are, or closed it.
 */

import { TimeLimitPassed } from './time_limit';

export type DiscordStep = 'ready' | 'authorize' | 'authenticate';

export const UNKNOWN_COMMAND = 4002;

export class DiscordFailure extends Error {
  override readonly name = 'DiscordFailure';

  constructor(
    readonly step: DiscordStep,
    sentence: string,
    /** What the button says that tries again. */
    readonly button: string,
    /** Discord's code; `null` where there was no answer. */
    readonly code: number | null,
  ) {
    super(sentence);
  }
}

/** The failure of a step, in words. */
export function failureOf(step: DiscordStep, error: unknown): DiscordFailure {
  const code = codeOf(error);
  if (error instanceof TimeLimitPassed) {
    return new DiscordFailure(step, SLOW[step], 'Try again', code);
  }
  return new DiscordFailure(step, REFUSED[step], step === 'authorize' ? 'Ask again' : 'Try again', code);
}

/** Discord's code in whatever was thrown. */
export function codeOf(error: unknown): number | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null;
  return typeof code === 'number' ? code : null;
}

const SLOW: Record<DiscordStep, string> = {
  ready:
    'Discord does not answer this window. If trying again does not help, close it and open it once more.',
  authorize: 'Discord’s question whether you want to take part was not answered.',
  authenticate: 'Discord did not let this window in, in time.',
};

const REFUSED: Record<DiscordStep, string> = {
  ready:
    'Discord does not answer this window. If trying again does not help, close it and open it once more.',
  authorize: 'Watch Together needs to know your Discord name, so that others see who is here.',
  authenticate: 'Discord did not let this window in.',
};
