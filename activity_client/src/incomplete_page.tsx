/** What is said where Discord opened the page without what it needs. */

export function IncompletePage({ missing }: { readonly missing: readonly string[] }) {
  return (
    <>
      <p class="label">Kaltura for Discord</p>
      <h1>Discord did not say enough to open this</h1>
      <p>Close this window and open it again from a voice channel. Updating Discord may help too.</p>
      <p class="quiet">Missing: {missing.join(', ')}</p>
    </>
  );
}
