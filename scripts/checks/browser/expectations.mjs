/** What cases of the browser share: what is in the console after an error, and what compressed means. */
import { require } from '../check.mjs';

/** What Chromium writes to the console for an answer of this status. */
export function status(code) {
  return new RegExp(`the server responded with a status of ${code}`);
}

/** The coding that was used. */
export function expectCompressed({ url, headers }) {
  const coding = headers['content-encoding'];
  require(/^(?:zstd|br|gzip)$/.test(coding), `${url} has the content-encoding ${coding}`);
  return coding;
}
