/** Execution environments whose runtime is a few lines of script, with what they print. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Environment,
  type EnvironmentSpec,
  type Outcome,
  startEnvironment,
} from '../../local/lambda/environment.ts';
import { until } from './until.ts';

const client = new URL('../fixtures/runtimes/client.mjs', import.meta.url).href;

export interface Started extends Environment {
  /** Its folder; the runtime's working directory too. */
  readonly dir: string;
  /** Its log stream. */
  stream(): string;
  /** All it has logged so far. */
  lines(): readonly string[];
  /** One event in, the answer out. */
  ask(event?: object, clientContext?: string): Promise<Answer>;
}

export interface Answer extends Omit<Outcome, 'payload'> {
  // biome-ignore lint/suspicious/noExplicitAny: what the script of the test answers
  readonly body: any;
}

export interface Environments {
  /** The script has all that `client.mjs` exports, and starts in an empty folder. */
  start(script: string, spec?: Partial<EnvironmentSpec>): Promise<Started>;
  /** Kills what is left. */
  close(): void;
}

export function createEnvironments(): Environments {
  const root = mkdtempSync(join(tmpdir(), 'up-environments-'));
  const started: Environment[] = [];
  return {
    async start(script, spec = {}) {
      const dir = mkdtempSync(join(root, 'task-'));
      const file = join(dir, 'runtime.mjs');
      writeFileSync(file, `import * as client from '${client}';\n${script}`);
      const lines: string[] = [];
      let stream = '';
      const environment = await startEnvironment(
        { ...defaults, codeDir: dir, command: (endpoint) => command(endpoint, file), ...spec },
        (_group, name, events) => {
          stream = name;
          lines.push(...events.map(({ message }) => message));
        },
        { onSettled() {} },
      );
      started.push(environment);
      return {
        ...environment,
        dir,
        stream: () => stream,
        lines: () => lines,
        async ask(event = {}, clientContext) {
          await until('the environment to be free', () => environment.state() !== 'busy');
          const { payload, ...outcome } = await environment.invoke(Buffer.from(JSON.stringify(event)), clientContext);
          return { ...outcome, body: JSON.parse(payload.toString()) };
        },
      };
    },
    close() {
      for (const environment of started) environment.kill();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const defaults = {
  functionName: 'f',
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  version: '1',
  handler: 'h',
  timeout: 10,
  memorySize: 128,
  logGroup: 'g',
};

function command(endpoint: string, file: string) {
  return {
    file: process.execPath,
    args: [file],
    env: { PATH: process.env.PATH ?? '', AWS_LAMBDA_RUNTIME_API: endpoint },
  };
}
