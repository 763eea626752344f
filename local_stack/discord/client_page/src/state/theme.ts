/** Dark or light; the only thing that the page remembers. */

export type Theme = 'dark' | 'light';

const STORAGE_KEY = 'discord-sim-theme';

/** The remembered theme; dark until somebody chose otherwise, or where the browser keeps nothing. */
export function rememberedTheme(storage: Pick<Storage, 'getItem'>): Theme {
  return storage.getItem(STORAGE_KEY) === 'light' ? 'light' : 'dark';
}

export function rememberTheme(storage: Pick<Storage, 'setItem'>, theme: Theme): void {
  storage.setItem(STORAGE_KEY, theme);
}
