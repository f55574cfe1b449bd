/** The framework an app is made with: its name, and what it builds into dot folders, which would stay behind. */
import { isRecord, readRecord } from './json.ts';

export interface Framework {
  readonly name: string;
  /** The package that gives it away. */
  readonly dependency: string;
  /** Lines of an .upignore. */
  readonly rules?: readonly string[];
}

/** Those that stand on others come first: a Nuxt app may depend on Nitro, a Nest app on Express. */
const frameworks: readonly Framework[] = [
  {
    name: 'Next.js',
    dependency: 'next',
    // What `output: "standalone"` makes has a .next of its own. The cache is of the builder, dev of `next dev`, and the
    // traces hold times.
    rules: ['!/.next', '!/.next/standalone/**/.next', '/.next/cache', '/.next/dev', '/.next/trace*'],
  },
  { name: 'Nuxt', dependency: 'nuxt', rules: ['!/.output'] },
  { name: 'Nitro', dependency: 'nitropack', rules: ['!/.output'] },
  { name: 'SvelteKit', dependency: '@sveltejs/kit' },
  { name: 'React Router', dependency: '@react-router/node' },
  { name: 'Remix', dependency: '@remix-run/node' },
  { name: 'Astro', dependency: 'astro' },
  { name: 'NestJS', dependency: '@nestjs/core' },
  { name: 'Fastify', dependency: 'fastify' },
  { name: 'Hono', dependency: 'hono' },
  { name: 'Koa', dependency: 'koa' },
  { name: 'Express', dependency: 'express' },
];

/** The first that package.json names; those that only build are among the devDependencies. */
export function findFramework(manifest: unknown): Framework | undefined {
  if (!isRecord(manifest)) return undefined;
  const names = { ...readRecord(manifest, 'devDependencies'), ...readRecord(manifest, 'dependencies') };
  return frameworks.find(({ dependency }) => Object.hasOwn(names, dependency));
}
