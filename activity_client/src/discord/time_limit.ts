/**
 * A limit on waiting for Discord.
 *
 * The SDK has none: `ready()` and every command wait for ever when Discord's client doesn't answer, or answers something
 * that the SDK can't read (@discord/embedded-app-sdk 2.5.0, measured).
 */

/** The same answer, or `TimeLimitPassed` after so many milliseconds. */
export async function within<Answer>(milliseconds: number, asked: Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimeLimitPassed(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([asked, limit]);
  } finally {
    clearTimeout(timer);
  }
}

export class TimeLimitPassed extends Error {
  override readonly name = 'TimeLimitPassed';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}
