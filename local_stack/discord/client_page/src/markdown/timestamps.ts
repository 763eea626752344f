/** `<t:UNIX:STYLE>` in words, as Discord writes it in English (Discord docs: Reference - Message Formatting). */

const LOCALE = 'en-US';

const STYLES: Record<string, Intl.DateTimeFormatOptions> = {
  t: { hour: 'numeric', minute: '2-digit' },
  T: { hour: 'numeric', minute: '2-digit', second: '2-digit' },
  d: { year: 'numeric', month: 'numeric', day: 'numeric' },
  D: { year: 'numeric', month: 'long', day: 'numeric' },
  f: { year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  F: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  s: { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  S: {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
  },
};

/** Each unit with its length in seconds and the number of seconds from which it is used. */
const UNITS: [Intl.RelativeTimeFormatUnit, number, number][] = [
  ['year', 31_557_600, 31_536_000],
  ['month', 2_629_800, 2_592_000],
  ['day', 86_400, 79_200],
  ['hour', 3_600, 2_700],
  ['minute', 60, 45],
];

/** "in 3 minutes", "an hour ago": both times in seconds since the epoch. */
export function relativeTime(at: number, now: number): string {
  const difference = at - now;
  const distance = Math.abs(difference);
  const words = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always' });
  for (const [unit, seconds, from] of UNITS) {
    if (distance >= from) {
      const amount = Math.max(1, Math.round(distance / seconds)) * Math.sign(difference);
      return words.format(amount, unit);
    }
  }
  return words.format(Math.round(difference), 'second');
}

/** A moment (seconds since the epoch) in one of Discord's styles; `now` matters for style `R` only. */
export function timeInWords(at: number, style: string, now: number, timeZone?: string): string {
  if (Math.abs(at) > 8_640_000_000_000) {
    return 'Invalid Date';
  }
  if (style === 'R') {
    return relativeTime(at, now);
  }
  const zone = timeZone === undefined ? {} : { timeZone };
  return new Intl.DateTimeFormat(LOCALE, { ...(STYLES[style] ?? STYLES.f), ...zone }).format(at * 1000);
}

/** When a message was written: "3:41 PM" today, "Yesterday at 3:41 PM", else "11/19/2026, 3:41 PM". */
export function messageTime(timestamp: string, now: number): string {
  const at = new Date(timestamp).getTime() / 1000;
  const clock = timeInWords(at, 't', now);
  const today = new Date(now * 1000).toDateString();
  const yesterday = new Date((now - 86_400) * 1000).toDateString();
  const day = new Date(at * 1000).toDateString();
  if (day === today) {
    return clock;
  }
  return day === yesterday ? `Yesterday at ${clock}` : timeInWords(at, 's', now);
}

/** The day of a moment (milliseconds since the epoch) in words. */
export function dayOf(at: number): string {
  return timeInWords(at / 1000, 'D', 0);
}
