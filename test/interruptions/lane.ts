/** One app on a platform of its own, which the program deploys, changes and removes, and a fault may meet at any call. */
import { ApiGatewayV2Client, DeleteApiCommand, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteRoleCommand, DeleteRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { type Armed, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, type Ran } from '../support/sandbox.ts';
import { readState, readWorld, type World } from './world.ts';

/** What is deployed: code, environment and configuration say the same letter, so that a mix of two shows. */
export type Input = 'a' | 'b' | 'c' | 'd' | 'e';
const memory = { a: 256, b: 320, c: 384, d: 448, e: 512 };

export interface Lane {
  /** Runs the program in the folder of an input to its end, with a fault at one of its calls. */
  up(input: Input, words: readonly string[], fault?: Omit<Armed, 'kill'>): Promise<Ran>;
  readonly proxy: FaultProxy;
  readonly kind: Kind;
  /** The platform's state as it is on disk. */
  world(): World;
  /** How many there are of each kind of resource. */
  count(): Readonly<Record<string, number>>;
  /** Asks the app over and over until told to stop; gives the different answers, in order. */
  watch(url: string): { stop(): Promise<readonly string[]> };
  /** Removes everything of the app, whatever state it is in. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

const app = 'lane';
const zone = 'example.com';

/** What the app has beside the function: the front door, a schedule that keeps it warm, a domain in a zone of ours, alarms. */
export const kinds = ['http_api', 'function_url', 'warm', 'domain', 'alerts'] as const;
export type Kind = (typeof kinds)[number];

export async function openLane(kind: Kind = 'http_api'): Promise<Lane> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const sandbox = createSandbox();
  const platform = await sandbox.platform();
  if (kind === 'domain') await createZone(platform.url);
  const proxy = await startFaultProxy(platform.url);
  const folders = new Map<Input, string>();
  const folderOf = (input: Input) => {
    const made = folders.get(input) ?? sandbox.project(`${input}/${app}`, files(input, kind));
    folders.set(input, made);
    return made;
  };
  const runUp: Lane['up'] = async (input, words, fault) => {
    const run = sandbox.spawn(words, { cwd: folderOf(input), env: awsEnv(proxy.url) });
    proxy.arm(fault ? { ...fault, kill: (signal) => void process.kill(run.pid, signal) } : null);
    return await inTime(run.ended, () => run.end('SIGKILL'));
  };
  return {
    proxy,
    kind,
    up: runUp,
    world: () => readWorld(sandbox.stateDir),
    count: () => count(readState(sandbox.stateDir)),
    watch,
    async wipe() {
      if (kind === 'http_api' || kind === 'function_url') return wipe(platform.url);
      const { code, stderr } = await runUp('a', ['delete', '-y']);
      if (code !== 0) throw new Error(`up delete: ${stderr}`);
    },
    async close() {
      proxy.close();
      await sandbox.close();
    },
  };
}

function files(input: Input, kind: Kind): Record<string, string> {
  const config = {
    name: app,
    url: kind === 'function_url' ? kind : 'http_api',
    lambda: { memory: memory[input], warm: kind === 'warm' },
    environment: { INPUT: input },
    ...(kind === 'alerts' && alerting(input)),
    ...(kind === 'domain' && { stages: { staging: { domain: `lane.${zone}` } } }),
  };
  return {
    'up.json': JSON.stringify(config),
    'app.js': `
      const { INPUT, AWS_LAMBDA_FUNCTION_MEMORY_SIZE } = process.env;
      const said = ['${input}', INPUT, AWS_LAMBDA_FUNCTION_MEMORY_SIZE].join(' ');
      require('node:http').createServer((req, res) => res.end(said)).listen(process.env.PORT);`,
  };
}

/** Each input tells another webhook, in a topic of its own, and another number in the same. */
function alerting(input: Input): object {
  const webhook = { name: `hook-${input}`, type: 'webhook', url: 'http://127.0.0.1:9/' };
  const text = { name: 'text', type: 'sms', numbers: [`+12505550${memory[input]}`] };
  return { alerts: [{ metric: 'http.5xx', threshold: memory[input] }], actions: [webhook, text] };
}

/** What the app of an input answers. */
export function answerOf(input: Input): string {
  return `${input} ${input} ${memory[input]}`;
}

const runTimeoutMs = 90_000;

async function inTime(ended: Promise<Ran>, kill: () => Promise<Ran>): Promise<Ran> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Ran>((resolve) => {
    timer = setTimeout(() => resolve(kill()), runTimeoutMs);
  });
  return await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

const askEveryMs = 25;

function watch(url: string) {
  const seen: string[] = [];
  let stopped = false;
  const asking = (async () => {
    while (!stopped) {
      const said = await send(url).then(
        ({ status, text }) => (status === 200 ? text : `${status} ${text}`),
        (error: Error) => `no answer: ${error.message}`,
      );
      if (seen.at(-1) !== said) seen.push(said);
      await new Promise((resolve) => setTimeout(resolve, askEveryMs));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await asking;
      return seen;
    },
  };
}

type Records = Readonly<Record<string, object>>;

function count(state: Readonly<Record<string, unknown>>): Record<string, number> {
  const { apis = {}, roles = {}, functions = {}, logGroups = {} } = state as Readonly<Record<string, Records>>;
  const inside = (record: Records, member: string) =>
    Object.values(record).reduce((sum, one) => sum + Object.keys((one as Records)[member] ?? {}).length, 0);
  return {
    roles: Object.keys(roles).length,
    logGroups: Object.keys(logGroups).length,
    functions: Object.keys(functions).length,
    aliases: inside(functions, 'aliases'),
    permissions: inside(functions, 'policies'),
    urls: inside(functions, 'urls'),
    apis: Object.keys(apis).length,
    integrations: inside(apis, 'integrations'),
    routes: inside(apis, 'routes'),
    stages: inside(apis, 'stages'),
  };
}

function settings(endpoint: string) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  return { endpoint, credentials, region: 'us-east-1' };
}

async function createZone(endpoint: string): Promise<void> {
  const route53 = new Route53Client(settings(endpoint));
  await route53.send(new CreateHostedZoneCommand({ Name: zone, CallerReference: app }));
  route53.destroy();
}

async function wipe(endpoint: string): Promise<void> {
  const config = settings(endpoint);
  const [api, iam, lambda] = [new ApiGatewayV2Client(config), new IAMClient(config), new LambdaClient(config)];
  const RoleName = `${app}-function`;
  const { Items = [] } = await api.send(new GetApisCommand({}));
  for (const { ApiId } of Items) await api.send(new DeleteApiCommand({ ApiId }));
  const removals = [
    () => lambda.send(new DeleteFunctionCommand({ FunctionName: app })),
    () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'up' })),
    () => iam.send(new DeleteRoleCommand({ RoleName })),
    () => new CloudWatchLogsClient(config).send(new DeleteLogGroupCommand({ logGroupName: `/aws/lambda/${app}` })),
  ];
  for (const remove of removals) await remove().catch(ignoreMissing);
}

function ignoreMissing(error: Error): void {
  if (!/NoSuchEntity|NotFound/.test(error.name)) throw error;
}
