/** HTTP must come out as it went in, by whichever way it reaches the app. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pairs } from '../support/http.ts';
import { createSandbox } from '../support/sandbox.ts';
import { answers, requests } from './cases.ts';
import { differences } from './differences.ts';
import {
  conformanceProject,
  directHost,
  downFile,
  type Host,
  handlerHost,
  runtimeHost,
  startHost,
  unpackedPackage,
} from './hosts.ts';
import { fromResult, readEvent } from './payload-v2.ts';
import { platformHosts } from './platform.ts';
import { suite } from './suite.ts';
import { type HostName, ways } from './ways.ts';

const sandbox = createSandbox();
const hosts = new Map<HostName, Host>();

beforeAll(async () => {
  const dir = conformanceProject(sandbox);
  const taskRoot = await unpackedPackage(sandbox, dir);
  const opened = await Promise.all([
    directHost(sandbox, dir),
    handlerHost(sandbox, taskRoot),
    runtimeHost(sandbox, taskRoot),
    startHost(sandbox, dir),
    platformHosts(sandbox, dir),
  ]);
  for (const host of opened.flat()) hosts.set(host.name, host);
});
afterAll(async () => {
  for (const host of hosts.values()) await host.close();
  await sandbox.close();
});

function host(name: HostName): Host {
  const found = hosts.get(name);
  if (!found) throw new Error(`no host "${name}"`);
  return found;
}

describe.each(Object.entries(ways).map(([name, way]) => ({ name, ...way })))('$name: $about', ({ name, ...way }) => {
  suite(name as keyof typeof ways, way, { host, downFile: () => downFile(sandbox) });
});

describe.each<HostName>(['handler', 'runtime'])('events as they are, through %s', (name) => {
  const invoke = async (event: unknown) => {
    const result = await host(name).invoke?.(event);
    if (!result) throw new Error(`${name} takes no events`);
    return fromResult(result, 'GET');
  };

  test.each([
    [
      'http-api',
      {
        method: 'POST',
        url: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
        body: '{"hello":"world"}',
        headers: {
          cookie: 'cookie1=a; cookie2=b',
          'content-length': '17',
          header2: 'value1,value2',
          'x-forwarded-for': '192.0.2.7',
        },
      },
    ],
    [
      'function-url',
      {
        method: 'POST',
        url: '/my/path?parameter1=value1&parameter1=value2&parameter2=value',
        body: Buffer.from([0, 255, 128]).toString('latin1'),
        headers: { cookie: 'cookie1=a; cookie2=b', 'content-length': '3', host: 'url123.lambda-url.us-east-1.on.aws' },
      },
    ],
    [
      'console',
      {
        method: 'PUT',
        url: '/from/the/console',
        body: '{"typed":"as an object"}',
        headers: { 'x-number': '7', 'x-list': 'a,b' },
      },
    ],
    [
      'nulls',
      { method: 'GET', url: '/only/here', body: '', headers: { host: 'abc123.execute-api.us-east-1.amazonaws.com' } },
    ],
  ])('payload-v2-%s.json', async (file, expected) => {
    const { method, url, body, rawHeaders } = JSON.parse((await invoke(readEvent(file))).text);
    const seen = { method, url, body: Buffer.from(body, 'base64').toString('latin1') };
    expect({ ...seen, headers: Object.fromEntries(pairs(rawHeaders)) }).toMatchObject(expected);
  });

  test.each([
    ['null', null],
    ['a string', 'hello'],
    ['an empty object', {}],
    ['an event of a queue', { Records: [{ eventSource: 'aws:sqs', body: '{}' }] }],
    ['version 2.0 and nothing else', { version: '2.0' }],
  ])('%s is posted to the app, and its JSON is the result', async (_title, event) => {
    const result = await host(name).invoke?.(event);
    const { method, url, body } = result as unknown as { method: string; url: string; body: string };
    const posted = JSON.parse(Buffer.from(body, 'base64').toString());
    expect({ method, url, posted }).toEqual({ method: 'POST', url: '/events', posted: event });
  });
});

test('every difference that is listed is one that occurs', () => {
  const titles = [...Object.values(requests).flat(), ...answers].map(([title]) => title);
  expect(differences.filter(({ of }) => !titles.includes(of))).toEqual([]);
});
