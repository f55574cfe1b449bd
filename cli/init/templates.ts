/** The apps that `up init` begins with, each a folder of templates/ that runs as it lies there. */
export const templates = [
  { name: 'http', what: 'a server of node:http, nothing to install' },
  { name: 'express', what: 'Express 5' },
  { name: 'fastify', what: 'Fastify 5' },
  { name: 'hono', what: 'Hono, on Node' },
  { name: 'spa', what: 'a single-page app: files, and no server' },
  { name: 'typescript', what: 'TypeScript, without a build step' },
] as const;

export type TemplateName = (typeof templates)[number]['name'];

export const templateNames: readonly TemplateName[] = templates.map(({ name }) => name);

export const defaultTemplate: TemplateName = 'http';
