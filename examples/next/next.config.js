/** @type {import('next').NextConfig} */
const config = {
  // All that the server needs goes into .next/standalone: no node_modules beside it.
  output: 'standalone',
  // Next.js would guess it by the lock files above this folder.
  outputFileTracingRoot: import.meta.dirname,
  // Its own is random, and every deploy would be another version.
  generateBuildId: () => process.env.UP_COMMIT || null,
};

export default config;
