/** The workflows and the action: what they may, what they trust, and that the commands in them exist. */
import { describe, expect, test } from 'vitest';
import {
  action,
  type Permissions,
  readText,
  readYaml,
  type Step,
  unknownScripts,
  unknownWords,
  upCommands,
  type Workflow,
  workflows,
} from './workflows.ts';

const release = workflows.find(([file]) => file.endsWith('/release.yml'))![1];
const steps: readonly (readonly [place: string, Step])[] = [
  ...workflows.flatMap(([file, { jobs }]) =>
    Object.values(jobs).flatMap((job) => job.steps.map((step) => [file, step] as const)),
  ),
  ...action.runs.steps.map((step) => ['action.yml', step] as const),
];
const docs = readText('docs/ci.md');
const blocks = [...docs.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
  language,
  text,
}));

describe('every step', () => {
  test("that is somebody else's is pinned to a commit, and says which version that is", () => {
    const files = ['action.yml', ...workflows.map(([file]) => file)];
    const lines = files.flatMap((file) =>
      readText(file)
        .split('\n')
        .filter((line) => /^\s*(?:- )?uses:/.test(line)),
    );
    expect(lines.length).toBe(steps.filter(([, { uses }]) => uses).length);
    expect(lines.filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  });

  test('takes what it is told by variables, for a name of a branch may be a script', () => {
    expect(steps.filter(([, { run }]) => run?.includes('${{'))).toEqual([]);
  });

  test('runs commands that exist', () => {
    const scripts = steps.flatMap(([, { run }]) => (run ? [run] : []));
    expect(scripts.flatMap(unknownScripts)).toEqual([]);
    expect(scripts.flatMap(upCommands).flatMap(unknownWords)).toEqual([]);
    expect(scripts.flatMap(upCommands)).toEqual([['deploy', '"$STAGE"', '--region', '"$REGION"', '--json']]);
  });
});

test('a command that does not exist would be found', () => {
  expect(
    upCommands('x=$(npx --no -- up deplyo --json)\nup deploy --speed 3 # up is fast').flatMap(unknownWords),
  ).toEqual(['deplyo', '--speed']);
  expect(unknownScripts('npm run chekc && .ci/run lnit && .ci/run lint && node scripts/smob.mjs --out x')).toEqual([
    'scripts/smob.mjs',
    'chekc',
    'lnit',
  ]);
});

describe.each(workflows)('%s', (file, { on, permissions, jobs }) => {
  test('may do no more than it has to', () => {
    // Code of strangers never runs with a token of ours.
    expect(Object.keys(on)).not.toContain('pull_request_target');
    const rights: Permissions[] = [
      permissions ?? { all: 'write' },
      ...Object.values(jobs).map((job) => job.permissions ?? {}),
    ];
    const written = rights.flatMap((one) =>
      Object.entries(one)
        .filter(([, level]) => level !== 'read')
        .map(([name]) => name),
    );
    expect(written).toEqual(file.endsWith('/release.yml') ? ['id-token', 'contents'] : []);
  });

  test('ends', () => {
    expect(Object.values(jobs).filter((job) => job['timeout-minutes'] === undefined)).toEqual([]);
  });
});

describe('a release', () => {
  const scriptOf = (job: string) => release.jobs[job]!.steps.map(({ run }) => run ?? '').join('\n');

  test('is published by a job that runs nothing of the repository, with provenance and without a secret', () => {
    expect(release.jobs.publish!.steps.some(({ uses }) => uses?.startsWith('actions/checkout@'))).toBe(false);
    expect(scriptOf('publish')).toMatch(/^\s*npm publish \.\/\S+\.tgz --provenance --access public --ignore-scripts$/);
    expect(readText('.github/workflows/release.yml')).not.toContain('secrets.');
  });

  test('is made after every check has passed, with its bill of materials', () => {
    const script = scriptOf('pack');
    const order = ['npm ci', 'npm run check', 'npm run check:pack', 'npm pack', 'scripts/sbom.mjs', 'sha256sum'];
    const places = order.map((part) => script.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(-1);
  });
});

test('a change runs all of .ci/run', () => {
  const ci = workflows.find(([file]) => file.endsWith('/ci.yml'))![1];
  expect(Object.keys(ci.on)).toEqual(['push', 'pull_request']);
  expect(Object.values(ci.jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))).toEqual(['.ci/run']);
});

describe('the action', () => {
  const source = readText('action.yml');

  test('uses each of its inputs, and no other', () => {
    const used = [...source.matchAll(/inputs\.([\w-]+)/g)].map(([, name]) => name);
    expect([...new Set(used)].sort()).toEqual(Object.keys(action.inputs).sort());
  });

  test('gives the outputs that its step writes', () => {
    const script = action.runs.steps.find(({ id }) => id === 'deploy')!.run;
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.deploy.outputs.${name} }}`);
      expect(script).toContain(`${name}=\${${name}}`);
    }
  });

  test('installs before there are credentials', () => {
    const places = ['inputs.install !=', 'configure-aws-credentials@', 'up deploy'].map((part) => source.indexOf(part));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('is told of in docs/ci.md as it is', () => {
    const rows = [...docs.matchAll(/^\| `([\w-]+)` \| (?:`(.+?)`|(\w+)) \|/gm)].map(([, name, value, word]) => [
      name,
      value ?? word,
    ]);
    const inputs = Object.entries(action.inputs).map(([name, { default: value, required }]) => [
      name,
      required ? 'required' : value || 'none',
    ]);
    expect(rows).toEqual(inputs);
    for (const name of Object.keys(action.outputs))
      expect(docs).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]+ \\|$`, 'm'));
  });

  test('is called in docs/ci.md with inputs that it has', () => {
    const example = readYaml<Workflow>(blocks.find(({ language }) => language === 'yaml')!.text);
    const call = example.jobs.deploy!.steps.find(({ uses }) => uses?.includes('/up@'))!;
    expect(Object.keys(call.with!).filter((name) => !(name in action.inputs))).toEqual([]);
    expect(example.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
  });
});

test('docs/ci.md has commands that exist, and JSON that can be read', () => {
  const scripts = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  expect(scripts.flatMap(upCommands).length).toBeGreaterThan(2);
  expect(scripts.flatMap(upCommands).flatMap(unknownWords)).toEqual([]);
  for (const { text } of blocks.filter(({ language }) => language === 'json'))
    expect(() => JSON.parse(text)).not.toThrow();
});
