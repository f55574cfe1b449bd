/** What the environment puts between here and AWS, or in AWS's place: that somebody is there. */
import { connect } from 'node:net';
import { type Endpoint, endpointsOf, isAddress } from '../../aws/endpoints.ts';
import { describeProxy, httpProxyOf, isProxy } from '../../aws/http-proxy.ts';
import { type Finding, fail, ok } from '../finding.ts';
import type { Patient } from '../patient.ts';

const connectMs = 3_000;

export async function checkNetwork({ context: { io, flags } }: Patient): Promise<Finding[]> {
  if (flags.local) return [];
  return [...(await checkProxy(io.env)), ...(await checkEndpoints(endpointsOf(io.env)))];
}

/** A proxy that lets nobody through shows in the checks that call AWS. */
async function checkProxy(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const proxy = httpProxyOf(env);
  if (proxy === null) return [];
  const fix = `unset ${proxy.name}`;
  if (!isProxy(proxy)) return [fail('Proxy', `${proxy.name} does not name an http:// or https:// proxy`, { fix })];
  if (await isOpen(new URL(proxy.url))) return [ok('Proxy', describeProxy(proxy))];
  return [fail('Proxy', `nobody answers at ${describeProxy(proxy)}`, { fix })];
}

async function checkEndpoints(set: readonly Endpoint[]): Promise<Finding[]> {
  const findings = await Promise.all(set.map(checkEndpoint));
  const [first] = set;
  return findings.some(({ state }) => state === 'fail') || first === undefined
    ? findings.filter(({ state }) => state === 'fail')
    : [ok('Endpoint', `${first.value}, not AWS`)];
}

async function checkEndpoint({ name, value }: Endpoint): Promise<Finding> {
  const fix = `unset ${name}`;
  if (!isAddress(value)) return fail('Endpoint', `${name} is not an http:// or https:// URL: ${value}`, { fix });
  if (await isOpen(new URL(value))) return ok('Endpoint', value);
  return fail('Endpoint', `nobody answers at ${value}`, { evidence: [`Set in     ${name}`], fix });
}

function isOpen({ hostname, port, protocol }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(connectMs, () => end(false));
    socket.once('error', () => end(false));
    socket.once('connect', () => end(true));
  });
}
