/**
 * The framework an app is made with: its name, what it builds into dot folders, which would stay behind, and how what it
 * builds is started.
 */
import { isRecord } from '../../http/json.ts';
import { servingCommand } from './command.ts';
import { readRecord } from './json.ts';

export interface Framework {
  readonly name: string;
  /** The package that gives it away. */
  readonly dependency: string;
  /** Lines of an .upignore. */
  readonly rules?: readonly string[];
  /** What its build makes: the first that applies. */
  readonly makes?: readonly Made[];
  /** A start script that is not for the package: what the build makes is started in its place. */
  readonly insteadOf?: RegExp;
  /** What to do where none applies. */
  readonly advice?: string;
  /** What to do about a package that is too large. */
  readonly smaller?: string;
}

/** A server, by the command that starts it, or a site, by its folder. */
export interface Made {
  /** The package that makes it; none where the framework does. */
  readonly by?: string;
  /** Packages that make something else of the same app, for a host of their own. */
  readonly unless?: RegExp;
  readonly command?: string;
  /** Lines of an .upignore: what the server does without. */
  readonly rules?: readonly string[];
  readonly site?: { readonly dir: string; readonly fallback?: string };
}

const nitro = {
  rules: ['!/.output'],
  // It has the packages that it needs in a node_modules of its own: .output can be copied anywhere.
  makes: [{ command: 'node .output/server/index.mjs', rules: ['/node_modules'] }],
  smaller: '.output holds all that its server needs; name /node_modules in .upignore',
};

const described = 'docs/packaging.md#nextjs';

/** Those that stand on others come first: a Nuxt app may depend on Nitro, a Nest app on Express. */
const frameworks: readonly Framework[] = [
  {
    name: 'Next.js',
    dependency: 'next',
    // What `output: "standalone"` makes has a .next of its own. The cache is of the builder, dev of `next dev`, and the
    // traces hold times.
    rules: ['!/.next', '!/.next/standalone/**/.next', '/.next/cache', '/.next/dev', '/.next/trace*'],
    advice: `add "start": "next start" to the scripts of package.json: ${described}`,
    smaller: `of an app that starts with "next start" its standalone server ships alone: ${described}`,
  },
  // https://nuxt.com/docs/getting-started/deployment#nodejs-server
  { name: 'Nuxt', dependency: 'nuxt', ...nitro },
  // https://nitro.build/deploy/runtimes/node
  { name: 'Nitro', dependency: 'nitropack', ...nitro },
  { name: 'Nitro', dependency: 'nitro', ...nitro },
  // `vinxi start` is the same server, with all that builds it. https://docs.solidjs.com/solid-start
  { name: 'SolidStart', dependency: '@solidjs/start', insteadOf: /^vinxi +start\b/, ...nitro },
  { name: 'Vinxi', dependency: 'vinxi', insteadOf: /^vinxi +start\b/, ...nitro },
  {
    name: 'SvelteKit',
    dependency: '@sveltejs/kit',
    makes: [
      // https://svelte.dev/docs/kit/adapter-node
      { by: '@sveltejs/adapter-node', command: 'node build' },
      { by: '@sveltejs/adapter-static', site: { dir: 'build' } },
    ],
  },
  {
    name: 'React Router',
    dependency: '@react-router/node',
    makes: [{ by: '@react-router/serve', command: 'react-router-serve ./build/server/index.js' }],
  },
  {
    name: 'Remix',
    dependency: '@remix-run/node',
    makes: [{ by: '@remix-run/serve', command: 'remix-serve ./build/server/index.js' }],
  },
  {
    name: 'Astro',
    dependency: 'astro',
    makes: [
      // https://docs.astro.build/en/guides/integrations-guide/node/
      { by: '@astrojs/node', command: 'node ./dist/server/entry.mjs' },
      { unless: /^@astrojs\/(?:vercel|netlify|cloudflare|deno)$|astro-adapter|adapter-astro/, site: { dir: 'dist' } },
    ],
  },
  {
    name: 'Angular',
    dependency: '@angular/core',
    advice:
      'name in up.json what "ng build" makes: {"proxy": {"command": "node dist/APP/server/server.mjs"}}, or for a site {"type": "static", "static": {"dir": "dist/APP/browser", "fallback": "index.html"}}',
  },
  // https://docusaurus.io/docs/deployment
  { name: 'Docusaurus', dependency: '@docusaurus/core', makes: [{ site: { dir: 'build' } }] },
  {
    name: 'Create React App',
    dependency: 'react-scripts',
    makes: [{ site: { dir: 'build', fallback: 'index.html' } }],
  },
  {
    name: 'AdonisJS',
    dependency: '@adonisjs/core',
    // Its start script is for the folder of the build. https://docs.adonisjs.com/guides/getting-started/deployment
    insteadOf: /^node +(?:\.\/)?bin\/server(?:\.js)?$/,
    makes: [{ command: 'node build/bin/server.js' }],
  },
  { name: 'NestJS', dependency: '@nestjs/core' },
  { name: 'Fastify', dependency: 'fastify' },
  { name: 'Hono', dependency: 'hono' },
  { name: 'Koa', dependency: 'koa' },
  { name: 'Express', dependency: 'express' },
];

/** The first that package.json names; those that only build are among the devDependencies. */
export function findFramework(manifest: unknown): Framework | undefined {
  const names = packagesOf(manifest);
  return frameworks.find(({ dependency }) => names.includes(dependency));
}

/** What the build of the framework makes of an app, as far as package.json tells. */
export function madeBy({ makes = [] }: Framework, manifest: unknown): Made | undefined {
  const names = packagesOf(manifest);
  return makes.find(
    ({ by, unless }) => (by === undefined || names.includes(by)) && !names.some((name) => unless?.test(name)),
  );
}

/** Whether what the build makes is to be started in the place of this script. */
export function isReplaced({ insteadOf }: Framework, script: string): boolean {
  return insteadOf?.test(servingCommand(script)) === true;
}

/** Lines of an .upignore, for an app that is started by this command. */
export function rulesOf({ rules = [], makes = [] }: Framework, command: string): readonly string[] {
  const made = makes.find((one) => one.command === command);
  return [...rules, ...(made?.rules ?? [])];
}

/** For an app of which it is not known how it starts. */
export function adviceOf({ name, advice, makes = [] }: Framework): string | undefined {
  if (advice !== undefined) return `${name}: ${advice}`;
  const { by, command } = makes.find((made) => made.by !== undefined && made.command !== undefined) ?? {};
  return by === undefined ? undefined : `${name}: add ${by}, and "${command}" starts what is built`;
}

function packagesOf(manifest: unknown): string[] {
  if (!isRecord(manifest)) return [];
  return ['devDependencies', 'dependencies'].flatMap((kind) => Object.keys(readRecord(manifest, kind)));
}

/** They serve the sources of a page to the one who edits them, and need what only development has. */
const sourceServers = [
  /^vite(?! +(?:preview|build)\b)/,
  /^(?:next|nuxt|nuxi|nitro|nitropack|vinxi)(?: +dev\b.*)?$/,
  /^(?:astro|remix|react-router|svelte-kit|vitepress|wrangler|rsbuild|rspack) +(?:dev|vite:dev|serve)/,
  /^(?:ng|webpack|vue-cli-service) +s(?:erve)?/,
  /^(?:docusaurus|react-scripts) +start/,
  /^(?:gatsby +develop|webpack-dev-server|parcel +(?:serve +)?\S+\.html)/,
].map(wholeWords);

/** They start the app anew with every edit. */
const restarters = [/^(?:nodemon|ts-node-dev|tsnd|node-dev)/, /^nest +start/].map(wholeWords);

function wholeWords({ source }: RegExp): RegExp {
  return new RegExp(`(?:${source})(?![\\w-])`);
}

/** Whether a script serves sources: nothing that is deployed starts so. */
export function servesSources(script: string): boolean {
  return sourceServers.some((pattern) => pattern.test(servingCommand(script)));
}

/** Whether a script is one for development alone, and no start script. */
export function isForDevelopment(script: string): boolean {
  return servesSources(script) || restarters.some((pattern) => pattern.test(servingCommand(script)));
}
