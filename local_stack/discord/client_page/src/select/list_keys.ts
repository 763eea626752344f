/** The keys that move through a list while the focus stays in the field that owns it. */

/** The active line after a key, going round at both ends; `null` for keys that don't move. */
export function activeAfterKey(key: string, active: number, count: number): number | null {
  if (count === 0) {
    return null;
  }
  switch (key) {
    case 'ArrowDown':
      return (active + 1) % count;
    case 'ArrowUp':
      return (active - 1 + count) % count;
    case 'PageDown':
      return Math.min(count - 1, active + 8);
    case 'PageUp':
      return Math.max(0, active - 8);
    default:
      return null;
  }
}
