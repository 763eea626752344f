/**
 * The signed link to a room for a browser tab: `/#link=…`.
 *
 * It stands behind the `#`, which browsers send to no server, and leaves the address bar at once: whoever shares their
 * screen or bookmarks the page must not hand on their own name and rights.
 */

/** The link's token, taken out of the address; `null` where there is none. */
export function takeLinkToken(location: Location, history: History): string | null {
  const token = new URLSearchParams(location.hash.replace(/^#/, '')).get('link');
  if (token === null || token === '') {
    return null;
  }
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}
