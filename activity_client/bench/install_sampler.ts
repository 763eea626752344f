/** Puts the sampler into the page; the harness asks `window.sampler.take()`. */

import { Sampler } from './sampler';

declare global {
  interface Window {
    sampler: Sampler;
  }
}

window.sampler = new Sampler(window);
