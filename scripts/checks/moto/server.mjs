/** moto's server, as a process of the check. */
import { join } from 'node:path';
import { require } from '../check.mjs';
import { cleanEnvironment, eventually, freePort, start, succeed } from '../processes.mjs';

/** moto and what it needs for the services of a deploy. Its extra `server` brings a hundred packages more. */
export const motoPackages = ['moto[awslambda,apigatewayv2,s3,ssm]', 'flask', 'flask-cors'];

/** Certificates count as issued as soon as they are asked for: when they are is up to the proxy. */
const env = { MOTO_ACM_VALIDATION_WAIT: '-1' };

export async function startMoto(programs) {
  const port = await freePort();
  const args = ['-H', '127.0.0.1', '-p', String(port)];
  const server = start(join(programs, 'moto_server'), args, { env: { ...cleanEnvironment(), ...env } });
  const api = async (path, body) => {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    const res = await fetch(`http://127.0.0.1:${port}/moto-api/${path}`, init);
    require(res.ok, `moto answered ${res.status} to ${path}`);
  };
  await eventually(
    'moto',
    () => {
      require(server.child.exitCode === null, `moto ended: ${server.stderr}`);
      return fetch(`http://127.0.0.1:${port}/moto-api/data.json`).catch(() => null);
    },
    60,
  );
  await api('config', { lambda: { use_docker: false } });
  const code = 'from importlib.metadata import version; print(version("moto"))';
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    version: (await succeed(join(programs, 'python'), ['-c', code])).trim(),
    /** What the next Invoke returns, once. */
    async answer(result) {
      await api('static/lambda-simple/response', { results: [JSON.stringify(result)], region: 'us-east-1' });
    },
    stop: () => server.child.kill(),
    /** The end of what it has printed. */
    output: () => server.stderr.split('\n').slice(-30).join('\n'),
  };
}
