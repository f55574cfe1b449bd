/**
 * A deploy, from the command to the prompt, against one and the same AWS: moto, behind a proxy that is late by as much as
 * a call to a region is. Ours; Serverless (osls, the open fork of version 3); and what every tool on CloudFormation does
 * at least, `aws cloudformation package` and `deploy`. moto has a stack ready at once: AWS takes its time in addition.
 */
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Skip } from '../scripts/checks/check.mjs';
import { settings } from '../scripts/checks/moto/bench.mjs';
import { createDifferences } from '../scripts/checks/moto/differences.mjs';
import { startProxy } from '../scripts/checks/moto/proxy.mjs';
import { motoPackages, startMoto } from '../scripts/checks/moto/server.mjs';
import { cleanEnvironment } from '../scripts/checks/processes.mjs';
import { requireBuild, root } from '../scripts/checks/project.mjs';
import { pythonPrograms } from '../scripts/checks/python.mjs';
import { claimOf, measureTurns, runTime } from './pairs.mjs';
import { installDeployers, installPeers } from './peers.mjs';

export const claims = [
  claimOf('deploy.code', 0.2, 'Serverless (osls), new code', 'up.code', 'osls.code'),
  claimOf('deploy.code-stack', 1, 'package and deploy of CloudFormation, new code', 'up.code', 'stack.code'),
  claimOf('deploy.nothing', 0.2, 'Serverless (osls), nothing new', 'up.nothing', 'osls.nothing'),
];

/** From Europe to a region there and back: https://docs.aws.amazon.com names no figure; what a signed call takes there. */
const lagMs = 50;
const apps = fileURLToPath(new URL('apps', import.meta.url));
const program = join(root, 'dist', 'cli', 'main.js');
const nothingAmended = { serve: async () => null, amend: async () => null };

/** Milliseconds by turn; the first deploys, which make everything, and the calls of each are told. */
export async function measure(note) {
  await requireBuild();
  const endings = [];
  const check = { note, onEnd: (ending) => endings.push(ending) };
  const dir = mkdtempSync(join(tmpdir(), 'up-bench-'));
  endings.push(() => rmSync(dir, { recursive: true, force: true }));
  try {
    const programs = await pythonPrograms(check, [...motoPackages, 'awscli']);
    const moto = await startMoto(programs);
    endings.push(() => moto.stop());
    const place = { check, note, dir, moto, programs };
    const deployers = { up: await ours(place), osls: await serverless(place), stack: await cloudFormation(place) };
    for (const [name, { deploy, calls }] of Object.entries(deployers)) {
      const taken = await deploy();
      note(`${name}: first deploy ${(taken / 1000).toFixed(1)} s, ${calls()} calls`);
    }
    const turns = Object.entries(deployers).flatMap(([name, { deploy, change, calls }]) => [
      [
        `${name}.code`,
        counted(`${name}, new code`, calls, () => {
          change();
          return deploy();
        }),
      ],
      [`${name}.nothing`, counted(`${name}, nothing new`, calls, deploy)],
    ]);
    return await measureTurns(Object.fromEntries(turns), { turns: 5, batch: 1, warm: 1, seconds: 240 });
  } catch (error) {
    if (!(error instanceof Skip)) throw error;
    note(`left out: it takes ${error.message}`);
    return {};
  } finally {
    for (const ending of endings.toReversed()) await ending();
  }

  /** Tells of the calls once. */
  function counted(what, calls, deploy) {
    let isTold = false;
    return async () => {
      const taken = await deploy();
      if (!isTold) note(`${what}: ${calls()} calls`);
      isTold = true;
      return taken;
    };
  }
}

/** A folder with the app of the benchmarks, and a proxy that counts for it. */
async function project({ check, dir, moto }, name, differences = nothingAmended) {
  const folder = join(dir, name);
  mkdirSync(folder);
  cpSync(join(apps, 'plain.cjs'), join(folder, 'plain.cjs'));
  const proxy = await startProxy(check, moto, differences, { lagMs });
  const env = {
    ...cleanEnvironment(),
    // By its name: moto knows by it that the address of a template is its own.
    ...settings(proxy.url.replace('127.0.0.1', 'localhost')),
  };
  return {
    folder,
    proxy,
    options: { cwd: folder, env },
    /** Since the last time. */
    calls: () => proxy.calls.splice(0).length,
    change: () => appendFileSync(join(folder, 'plain.cjs'), `// ${Date.now()}\n`),
  };
}

async function ours(place) {
  const made = await project(place, 'ours', createDifferences(place.moto));
  writeFileSync(join(made.folder, 'up.json'), '{"name": "ours", "proxy": {"command": "node plain.cjs"}}');
  return {
    ...made,
    async deploy() {
      // moto invokes nothing: the answer to the proof of a new version is canned.
      await place.moto.answer({ statusCode: 200, body: 'canned' });
      return runTime(process.execPath, [program, 'deploy'], made.options);
    },
  };
}

async function serverless(place) {
  const made = await project(place, 'osls');
  const { port } = new URL(made.proxy.url);
  const tools = await installDeployers(place.note);
  await wrap(made.folder, place.note);
  writeFileSync(
    join(made.folder, 'serverless.yml'),
    JSON.stringify({
      service: 'osls',
      provider: { name: 'aws', runtime: 'nodejs20.x', region: 'us-east-1', stage: 'staging' },
      functions: { app: { handler: 'handler.handler', events: [{ httpApi: '*' }] } },
      // It is what leads the calls elsewhere than to AWS.
      plugins: [join(tools, 'node_modules/serverless-localstack')],
      custom: {
        localstack: { stages: ['staging'], host: 'http://localhost', edgePort: Number(port), autostart: false },
      },
    }),
  );
  const osls = join(tools, 'node_modules/osls/bin/serverless.js');
  return { ...made, deploy: () => runTime(process.execPath, [osls, 'deploy'], made.options) };
}

async function cloudFormation(place) {
  const made = await project(place, 'stack');
  await wrap(made.folder, place.note);
  const template = { Resources: resources };
  mkdirSync(join(made.folder, 'template'));
  const file = join(made.folder, 'template', 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const aws = (...args) => runTime(join(place.programs, 'aws'), args, made.options);
  await aws('s3', 'mb', 's3://stack-bucket');
  const packed = join(made.folder, 'template', 'packed.json');
  return {
    ...made,
    async deploy() {
      const flags = [
        '--template-file',
        file,
        '--s3-bucket',
        'stack-bucket',
        '--use-json',
        '--output-template-file',
        packed,
      ];
      const packaged = await aws('cloudformation', 'package', ...flags);
      const to = ['--template-file', packed, '--stack-name', 'stack', '--capabilities', 'CAPABILITY_IAM'];
      return packaged + (await aws('cloudformation', 'deploy', ...to, '--no-fail-on-empty-changeset'));
    },
  };
}

/** The app as a handler: what both need. */
async function wrap(folder, note) {
  cpSync(join(await installPeers(note), 'node_modules/serverless-http'), join(folder, 'node_modules/serverless-http'), {
    recursive: true,
  });
  writeFileSync(
    join(folder, 'handler.js'),
    `const { handle } = require('./plain.cjs');
exports.handler = require('serverless-http')((req, res) => handle(req, res));`,
  );
}

const resources = {
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    },
  },
  Function: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: '..',
      Handler: 'handler.handler',
      Runtime: 'nodejs20.x',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
    },
  },
};
