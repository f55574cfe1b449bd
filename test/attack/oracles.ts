/** What holds for every answer and everything that reaches the app, judged without the code that is attacked. */
import { posix } from 'node:path';
import type { Delivered } from '../fuzz/front-door.ts';
import { must } from '../fuzz/loop.ts';
import { decode } from '../support/decode.ts';
import type { Arrived } from './app.ts';
import { type Config, rewritten } from './configs.ts';
import { host } from './events.ts';
import { right } from './kinds/credentials.ts';
import type { World } from './world.ts';

export interface Run {
  readonly config: Config;
  readonly world: World;
  /** As the event has it. */
  readonly path: string;
  /** The fields of the event, all of them. */
  readonly sent: readonly (readonly [name: string, value: string])[];
  /** What the conversion made of the event: its method and target; null where it refused it. */
  readonly asked: { readonly method: string; readonly target: string } | null;
  readonly delivered: Delivered;
  readonly arrived: readonly Arrived[];
}

export function check(run: Run): void {
  checkRefused(run);
  checkSecrets(run);
  checkLocation(run);
  checkOrigin(run);
  checkArrived(run);
  checkLock(run);
}

/** Line breaks and NUL in a path are never an accident. */
function checkRefused({ path, asked, delivered }: Run): void {
  if (!/[\u0000\r\n]/.test(path)) return;
  must(asked === null && delivered.status === 400, () => `${JSON.stringify(path)} was taken`);
}

function checkSecrets({ config, world, delivered }: Run): void {
  const secrets = [...world.secrets.everywhere, ...(config.onlyPublic ? world.secrets.private : [])];
  const text = textOf(delivered) + JSON.stringify([...delivered.fields, ...delivered.cookies]);
  for (const secret of secrets) must(!text.includes(secret), () => `a secret got out: ${text.slice(0, 300)}`);
}

function textOf({ fields, body }: Delivered): string {
  const coding = fields.get('content-encoding');
  const plain = body.length === 0 || coding === undefined ? body : decode(body, coding);
  return plain.toString('latin1');
}

/** The host that a browser would go to is the one it is at, or one that a rule of the configuration names. */
function checkLocation({ config, asked, delivered }: Run): void {
  const location = delivered.fields.get('location');
  if (location === undefined) return;
  must(/^[\u0021-\u007e]+$/.test(location), () => `Location: ${JSON.stringify(location)}`);
  must(!location.includes('\\'), () => `Location: ${location}`);
  must(asked !== null, () => `an event that was refused leads to ${location}`);
  const home = `https://${host}`;
  // As browsers read it: tabs and line breaks are taken out, and a backslash is a slash.
  const url = new URL(location, home + asked.target);
  must(url.username === '' && url.password === '', () => `Location with a user: ${location}`);
  if (url.origin === home && !/^[a-z][a-z0-9+.-]*:/i.test(location)) return;
  const named = config.locations.some((start) => leadsBelow(location, start));
  const hosts = config.locations.map((start) => new URL(start).origin);
  must(named && hosts.includes(url.origin), () => `Location: ${location}, which is at ${url.origin}`);
}

/** What is filled in never goes on with a host. */
function leadsBelow(location: string, start: string): boolean {
  return location.startsWith(start) && (start.endsWith('/') || /^(?:$|[/?#])/.test(location.slice(start.length)));
}

function checkOrigin({ config, sent, delivered, asked }: Run): void {
  const granted = delivered.fields.get('access-control-allow-origin');
  const credentials = delivered.fields.get('access-control-allow-credentials');
  must(credentials === undefined || (granted !== undefined && granted !== '*'), () => `credentials for ${granted}`);
  if (granted === undefined || asked === null) {
    must(granted === undefined || granted === '*', () => `granted without a request: ${granted}`);
    return;
  }
  const allowed = config.allowsOrigin(onlyOrigin(sent));
  must(granted === allowed, () => `Access-Control-Allow-Origin: ${granted} for ${JSON.stringify(onlyOrigin(sent))}`);
}

/** Without the spaces around it, which are no part of a value; null when there is none, or several. */
function onlyOrigin(sent: Run['sent']): string | null {
  const values = sent.filter(([name, value]) => name.toLowerCase() === 'origin' && value !== '');
  return values.length === 1 ? (values[0]?.[1] ?? '').replace(/^[\t ]+|[\t ]+$/g, '') : null;
}

/** The path as it was asked for, or as one rule rewrites it: nothing that is filled in leads out of its place. */
function checkArrived({ asked, arrived }: Run): void {
  for (const { method, url, fields } of arrived) {
    must(asked !== null, () => `${url} reached the app, and was refused`);
    must(method === asked.method, () => `${asked.method} became ${method}`);
    must(/^\/[\u0021-\u007e]*$/.test(url) && !url.includes('#'), () => `the app was asked for ${JSON.stringify(url)}`);
    const values = (wanted: string) => fields.filter(([name]) => name === wanted).map(([, value]) => value);
    must(values('host').length === 1, () => `the app got the hosts ${values('host')}`);
    must(values('x-stage').join() === 'staging', () => `x-stage: ${values('x-stage')}`);
    const original = values('x-original-path');
    if (original.length === 0) {
      must(url === asked.target, () => `${asked.target} became ${url}`);
      continue;
    }
    must(original.join() === pathOf(asked.target), () => `x-original-path: ${original} of ${asked.target}`);
    for (const path of readings(pathOf(url)))
      must(rewritten.test(path), () => `${asked.target} was rewritten to ${url}`);
    // A backslash may be encoded on the way, and is the same.
    must(
      queryOf(url).replaceAll('%5C', '\\') === queryOf(asked.target).replaceAll('%5C', '\\'),
      () => `the query of ${asked.target} became that of ${url}`,
    );
  }
  must(arrived.length <= 2, () => `the app was asked ${arrived.length} times`);
}

/** As an app may read a path: as it stands, as a URL, and decoded with its dots resolved. */
function readings(path: string): string[] {
  return [path, new URL(`http://app${path}`).pathname, posix.normalize(decodeURIComponent(path))];
}

/** Nothing of the app or its files without the password, nor that there are any. */
function checkLock({ config, world, sent, delivered, arrived, asked }: Run): void {
  if (config.lets === 'everybody') return;
  if (config.lets === 'with a password' && isLetIn(sent)) {
    for (const { fields } of arrived) {
      must(!fields.some(([name]) => name === 'authorization'), () => 'the app saw the password');
    }
    return;
  }
  const text = textOf(delivered);
  must(arrived.length === 0, () => 'the app was asked');
  must(!text.includes(world.marks.app) && !text.includes(world.marks.site), () => `got in: ${text.slice(0, 300)}`);
  must(!delivered.fields.has('location'), () => `was led to ${delivered.fields.get('location')}`);
  const locked = config.lets === 'nobody' ? 503 : 401;
  const isPreflight = asked?.method === 'OPTIONS' && delivered.status === 204;
  must(asked === null || isPreflight || delivered.status === locked, () => `the answer is ${delivered.status}`);
}

function isLetIn(sent: Run['sent']): boolean {
  const values = sent.filter(([name]) => name.toLowerCase().trim() === 'authorization').map(([, value]) => value);
  if (values.length !== 1) return false;
  const [scheme = '', ...rest] = (values[0] ?? '').trim().split(/ +/);
  const text = Buffer.from(rest.join(' '), 'base64').toString('utf8');
  return scheme.toLowerCase() === 'basic' && text === `${right.user}:${right.password}`;
}

function pathOf(target: string): string {
  return target.split('?', 1)[0] ?? '';
}

function queryOf(target: string): string {
  return target.slice(pathOf(target).length + 1);
}
