/** How long a file may be kept: for ever when its name holds a hash of its content, else only while it is the same. */

const forever = 'public, max-age=31536000, immutable';
const revalidate = 'public, max-age=0, must-revalidate';

/**
 * The hash is the last part before the extension: `app.3f2a9c1b.js`, `index-BxY3kQ_z.css`, `logo-ABCD2345.svg.map`.
 * Webpack and Parcel write hex, Vite and Rollup base 64, esbuild base 32.
 */
const hashedName = /[.-]([0-9A-Za-z_]{8,64})\.(?!x?html?\b)[a-z0-9]{1,11}(?:\.map)?$/;

/**
 * A word, a date (20240101), a size (1920x1080) or a model (iPhone15) must not pass for a hash: what is kept for a year
 * cannot be taken back, and what is asked about again costs one answer without content.
 */
const hashForms = [
  /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]+$/,
  /^(?=.*[2-7])(?=.*[A-Z])[A-Z2-7]{8}$/,
  /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9].*[A-Za-z])[0-9A-Za-z_]+$/,
];

export function cacheControl(path: string): string {
  return isHashed(path) ? forever : revalidate;
}

export function isHashed(path: string): boolean {
  const hash = hashedName.exec(path)?.[1];
  return hash !== undefined && hashForms.some((form) => form.test(hash));
}
