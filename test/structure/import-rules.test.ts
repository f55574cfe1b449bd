import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allArrows, arrowsOf, circles, describeArrow, isAllowed, parts } from './imports.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

function wrong(file: string, source: string): string[] {
  return arrowsOf(file, source)
    .filter((arrow) => !isAllowed(arrow))
    .map(describeArrow);
}

test('no file imports what the table of the architecture does not allow', () => {
  const arrows = allArrows(root);
  expect(arrows.filter((arrow) => !isAllowed(arrow)).map(describeArrow)).toEqual([]);
  // Were the files not found or not read, nothing would be wrong either.
  // The runtime of the app is one file that imports nothing.
  for (const part of parts.filter((name) => name !== 'runtime'))
    expect(arrows.filter(({ from }) => from.startsWith(`${part}/`)).length).toBeGreaterThan(0);
});

test('no file needs itself to be loaded', () => {
  expect(circles(allArrows(root))).toEqual([]);
  const circle = ['http/a.ts', 'http/b.ts'].map((file, at, both) =>
    arrowsOf(file, `import { x } from './${both[1 - at]?.slice(5)}';`),
  );
  expect(circles(circle.flat())).toEqual([
    'http/a.ts -> http/b.ts -> http/a.ts',
    'http/b.ts -> http/a.ts -> http/b.ts',
  ]);
});

describe('a wrong import is caught', () => {
  test.each<[string, string, string, string]>([
    ['from a package', 'proxy/relay/x.ts', `import { z } from 'zod';`, 'proxy/relay/x.ts -> zod'],
    [
      'from a scoped package',
      'local/x.ts',
      `import { Lambda } from '@aws-sdk/client-lambda';`,
      'local/x.ts -> @aws-sdk/client-lambda',
    ],
    ['from a file of a package', 'http/x.ts', `import a from 'undici/lib/a.js';`, 'http/x.ts -> undici'],
    [
      'over several lines',
      'http/x.ts',
      `import {\n  a,\n  type B,\n} from '../config/index.ts';`,
      'http/x.ts -> config/index.ts',
    ],
    ['for its effects', 'http/x.ts', `import '../config/index.ts';`, 'http/x.ts -> config/index.ts'],
    ['handed on', 'http/x.ts', `export * from '../proxy/main.ts';`, 'http/x.ts -> proxy/main.ts'],
    ['of types', 'http/x.ts', `import type { A } from '../cli/main.ts';`, 'http/x.ts -> cli/main.ts (types)'],
    [
      'of a value where types are allowed',
      'middleware/x.ts',
      `import { cors } from '../config/cors.ts';`,
      'middleware/x.ts -> config/cors.ts',
    ],
    [
      'of types, but not as a type import',
      'proxy/x.ts',
      `import { type A } from '../config/a.ts';`,
      'proxy/x.ts -> config/a.ts',
    ],
    [
      'dynamic',
      'cli/logs/x.ts',
      `const { a } = await import('../../local/platform.ts');`,
      'cli/logs/x.ts -> local/platform.ts',
    ],
    ['by require', 'proxy/x.ts', `const a = require('yargs');`, 'proxy/x.ts -> yargs'],
    ['around a corner', 'local/x.ts', `import a from './lambda/../../cli/main.ts';`, 'local/x.ts -> cli/main.ts'],
    [
      'of the proxy beyond its events',
      'local/x.ts',
      `import a from '../proxy/relay/relay.ts';`,
      'local/x.ts -> proxy/relay/relay.ts',
    ],
    [
      'from a command that only starts like one',
      'cli/commands/local-tools.ts',
      `import a from '../../local/a.ts';`,
      'cli/commands/local-tools.ts -> local/a.ts',
    ],
    [
      'from a folder the table does not know',
      'cli/x.ts',
      `import a from '../test/fakes/a.ts';`,
      'cli/x.ts -> test/fakes/a.ts',
    ],
    [
      'from a package of the build elsewhere',
      'cli/logs/x.ts',
      `import ignore from 'ignore';`,
      'cli/logs/x.ts -> ignore',
    ],
  ])('%s', (_title, file, source, arrow) => {
    expect(wrong(file, source)).toEqual([arrow]);
  });
});

test.each<[string, string]>([
  ['http/x.ts', `import { a } from './b.ts';\nimport { once } from 'node:events';`],
  ['middleware/x.ts', `import type { Cors } from '../config/cors.ts';`],
  [
    'proxy/relay/x.ts',
    `import wasm from 'undici/lib/llhttp/llhttp_simd-wasm.js';\nimport { type AwsClient } from 'aws4fetch';`,
  ],
  [
    'cli/commands/start.ts',
    `const { main } = await import('../../proxy/main.ts');\nimport a from '../../local/platform.ts';`,
  ],
  ['cli/commands/local/stop.ts', `import a from '../../../local/platform.ts';`],
  ['cli/build/boot-check.ts', `import a from '../../local/lambda/environment.ts';`],
  ['local/gateway/x.ts', `import { isPayloadV2 } from '../../proxy/events/payload-v2.ts';`],
  ['http/x.ts', `// import a from 'zod';\n/**\n * import('yargs')\n */\nexport const from = 'zod';`],
])('a right import is no finding: %s', (file, source) => {
  expect(wrong(file, source)).toEqual([]);
});
