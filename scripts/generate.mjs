/**
 * Writes what is derived from code: schema/up.schema.json and docs/config.md from the schema of up.json, docs/errors.md
 * from the tables of errors, docs/permissions.md and .json from the calls that deploys were seen to make, docs/local.md from
 * the operations of the local platform and the clients that were seen to drive them, docs/scaling.md from the model in
 * bench/scaling and list prices.
 *
 *   node scripts/generate.mjs            writes them
 *   node scripts/generate.mjs --check    exits 1 when one of them is stale
 *   --out DIR                            instead of the root of the repository
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { renderErrors } from './errors-page.mjs';
import { renderLocal } from './local-page.mjs';
import { renderScaling } from './scaling-page.mjs';
import { importTypeScript as importLocal } from './typescript.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: flags } = parseArgs({ options: { check: { type: 'boolean' }, out: { type: 'string' } } });
const out = flags.out ?? root;

const { toJsonSchema, toDocsSchema } = await importTypeScript('config/json-schema.ts');
const { errorTable, exitCodes } = await importTypeScript('cli/error-table.ts');
const { codes } = await importTypeScript('http/codes.ts');
const { renderPermissions, renderPolicy } = await importTypeScript('test/permissions/page.ts');
const recorded = JSON.parse(await readFile(join(root, 'test/permissions/recorded.json'), 'utf8'));
const { services } = await importLocal(join(root, 'local/aws/services.ts'));
const { others } = await importLocal(join(root, 'local/aws/s3/unsupported.ts'));
const routes = {
  lambda: await routesOf('lambda'),
  apigatewayv2: await routesOf('apigatewayv2'),
  route53: await routesOf('route53'),
  s3: [...others.map(([, , , operation]) => operation), 'CopyObject', 'UploadPartCopy'],
};
const driven = JSON.parse(await readFile(join(root, 'test/operations/recorded.json'), 'utf8'));
const { priceDate, ...price } = await importTypeScript('cli/aws/price.ts');
const files = {
  'schema/up.schema.json': `${JSON.stringify(toJsonSchema(), null, 2)}\n`,
  'docs/config.md': renderDocs(toDocsSchema()),
  'docs/errors.md': renderErrors(errorTable, exitCodes, codes),
  'docs/local.md': renderLocal(services, routes, driven),
  'docs/scaling.md': renderScaling(await armPrices(), priceDate),
  'docs/permissions.md': renderPermissions(recorded),
  'docs/permissions.json': renderPolicy(recorded),
};

if (flags.check) await check();
else await write();

async function write() {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), text);
  }
}

async function check() {
  for (const [name, text] of Object.entries(files)) {
    if ((await read(name)) === text) continue;
    console.error(`${name} is stale: run npm run generate`);
    process.exitCode = 1;
  }
}

async function read(name) {
  try {
    return await readFile(join(out, name), 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names of all operations that AWS has of a service. */
async function routesOf(service) {
  const { routes: all } = await importLocal(join(root, `local/aws/${service}/routes.ts`));
  return all.map(([, , operation]) => operation);
}

/** Of arm64 in US East, as bench/scaling/model.mjs takes them. */
async function armPrices() {
  const ready = await importTypeScript('cli/aws/warm-price.ts');
  return {
    gbSecond: price.dollarsPerGbSecond.arm64,
    provisionedGbSecond: ready.dollarsPerProvisionedGbSecond.arm64,
    provisionedDuration: ready.dollarsPerProvisionedDuration.arm64,
    request: price.dollarsPerMillionRequests,
    front: price.apiPrice('us-east-1').dollars,
  };
}

/** Node 20 cannot load TypeScript: bundle it in memory and import the result. */
async function importTypeScript(entry) {
  const result = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].contents).toString('base64')}`);
}

function renderDocs(schema) {
  const resolve = (node) => (node.$ref ? { ...schema.definitions[node.$ref.split('/').at(-1)], ...node } : node);
  const isSection = (node) => node.type === 'object' && node.properties !== undefined && !node.$ref;
  const all = Object.entries(schema.properties);
  const stages = schema.properties.stages;
  const sections = all.filter(([key, node]) => isSection(node) && key !== 'stages');
  const isMap = (node) => node.additionalProperties?.$ref !== undefined;
  const maps = all.filter(([key, node]) => isMap(node) && key !== 'stages');
  const single = all.filter(([, node]) => !isSection(node) && !isMap(node));
  const statement = resolve({ $ref: '#/definitions/Statement' });
  const rule = resolve({ $ref: '#/definitions/InjectRule' });
  const override = resolve({ $ref: '#/definitions/StageOverride' });

  return [
    '# up.json',
    '<!-- Generated from config/ by scripts/generate.mjs. Edit the schema, then run npm run generate. -->',
    'Comments and trailing commas are allowed. An unknown key is an error. Every key is optional.',
    'For completion in an editor, begin the file with `"$schema": "./node_modules/up/schema/up.schema.json"`.',
    '## The app',
    table(single),
    ...sections.flatMap(([key, node]) => [
      `## ${key}`,
      node.description,
      table(Object.entries(node.properties)),
      example(key, node),
    ]),
    ...maps.flatMap(([key, node]) => {
      const { properties, required } = resolve(node.additionalProperties);
      return [`## ${key}`, node.description, table(Object.entries(properties), required), example(key, node)];
    }),
    '## environment',
    schema.properties.environment.description,
    `Reserved names, refused: ${schema.properties.environment.propertyNames.not.enum.map((name) => `\`${name}\``).join(', ')}.`,
    example('environment', schema.properties.environment),
    '## A statement of lambda.policy',
    table(Object.entries(statement.properties), statement.required),
    '## A rule of inject',
    table(Object.entries(rule.properties)),
    '## stages',
    stages.description,
    override.description,
    `A stage may set ${Object.keys(override.properties)
      .map((key) => `\`${key}\``)
      .join(', ')}; the other keys are the same for all stages.`,
    example('stages', stages),
  ]
    .join('\n\n')
    .concat('\n');

  function table(entries, required = []) {
    const rows = entries.map(([key, node]) => row(key, resolve(node), required.includes(key)));
    return ['| key | type | default | description |', '|---|---|---|---|', ...rows].join('\n');
  }

  function row(key, node, required) {
    return `| ${[`\`${key}\``, typeOf(node), defaultOf(node, required), node.description].map(cell).join(' | ')} |`;
  }

  function typeOf(unresolved) {
    const node = resolve(unresolved);
    if (node.enum)
      return node.enum.length > 8 ? 'string' : node.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
    if (node.anyOf) return node.anyOf.map(typeOf).join(' or ');
    if (node.type === 'array') return `list of ${plural(typeOf(node.items))}`;
    if (node.type === 'object' && node.additionalProperties) return 'map';
    return { integer: 'whole number', object: 'object' }[node.type] ?? node.type;
  }
}

function plural(type) {
  return type.includes('`') ? type : `${type}s`;
}

function defaultOf(node, required) {
  if (required) return 'required';
  if (node.derived !== undefined) return node.derived;
  return node.default === undefined ? 'none' : `\`${JSON.stringify(node.default)}\``;
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function example(key, node) {
  return ['```json', JSON.stringify({ [key]: node.examples[0] }, null, 2), '```'].join('\n');
}
