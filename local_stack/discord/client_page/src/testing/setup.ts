/** Before and after each test: an empty page at an empty address. */

import { cleanup } from '@testing-library/preact';
import { afterEach } from 'vitest';

afterEach(() => {
  cleanup();
  localStorage.clear();
  history.replaceState(null, '', '#');
});
