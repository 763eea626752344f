/**
 * Storage that lasts as long as the window, where the browser allows none.
 *
 * In a frame of another site, browsers that block third-party cookies throw at the mere mention of `localStorage`
 * (measured, Chromium 156). Kaltura's player mentions it at its start, and would not start.
 */

type StorageName = 'localStorage' | 'sessionStorage';

class WindowStorage implements Storage {
  [name: string]: unknown;
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  clear(): void {
    this.#items.clear();
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, String(value));
  }
}

/** Puts a stand-in where the window's own storage is forbidden; leaves a working one alone. */
export function ensureStorage(window: Window): void {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    if (!isAllowed(window, name)) {
      Object.defineProperty(window, name, { value: new WindowStorage(), configurable: true });
    }
  }
}

function isAllowed(window: Window, name: StorageName): boolean {
  try {
    return window[name] !== null;
  } catch {
    return false;
  }
}
