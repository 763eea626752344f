/** Lengths and moments, for the eye and for the ear. */

/** `12:04`, or `1:02:09` from an hour on; `–:––` where unknown. */
export function clockTime(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return '–:––';
  }
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${pad(rest, 2)}`;
  return hours > 0 ? `${hours}:${pad(minutes, 2)}:${tail}` : `${minutes}:${tail}`;
}

/** `12 minutes 4 seconds`, for a screen reader. */
export function spokenTime(seconds: number): string {
  if (!Number.isFinite(seconds)) {
    return 'unknown';
  }
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [
    counted(Math.floor(whole / 3600), 'hour'),
    counted(Math.floor(whole / 60) % 60, 'minute'),
    counted(whole % 60, 'second'),
  ].filter((part) => part !== null);
  return parts.length === 0 ? 'the beginning' : parts.join(' ');
}

/** How old something is: `today`, `3 days ago`, `2 years ago`. Both in epoch seconds. */
export function ageWords(created: number, now: number): string {
  const days = Math.floor((now - created) / 86_400);
  if (days < 1) {
    return 'today';
  }
  const [count, unit] = inUnits(days);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

function inUnits(days: number): [number, string] {
  if (days < 31) {
    return [days, 'day'];
  }
  return days < 365 ? [Math.floor(days / 30.4), 'month'] : [Math.floor(days / 365), 'year'];
}

function counted(count: number, unit: string): string | null {
  return count === 0 ? null : `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function pad(count: number, digits: number): string {
  return String(count).padStart(digits, '0');
}
