import { describe, expect, it } from 'vitest';
import { rememberedTheme, rememberTheme } from './theme';

describe('the theme', () => {
  it('is dark until somebody chose light', () => {
    expect(rememberedTheme(localStorage)).toBe('dark');
    rememberTheme(localStorage, 'light');
    expect(rememberedTheme(localStorage)).toBe('light');
  });
});
