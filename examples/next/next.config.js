/** @type {import('next').NextConfig} */
const config = {
  // Next.js would guess it by the lock files above this folder.
  outputFileTracingRoot: import.meta.dirname,
  // Its own is random, and every deploy would be another version.
  generateBuildId: () => process.env.UP_COMMIT || null,
};

export default config;
