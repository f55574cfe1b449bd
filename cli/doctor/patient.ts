/** What the checks look at: each is read once, and only when a check needs it. */
import { quote } from '../argv/shell.ts';
import { type Clients, createClients } from '../aws/clients.ts';
import { endpointsOf, isAddress } from '../aws/endpoints.ts';
import { httpsAgent } from '../aws/http-proxy.ts';
import { readIdentity } from '../aws/identity.ts';
import { noRetry } from '../aws/retry.ts';
import type { Scope } from '../aws/scope.ts';
import { createSession, type Session } from '../aws/session.ts';
import type { Context } from '../command.ts';
import { once } from '../once.ts';
import type { Project } from '../project/project.ts';
import type { Release } from '../releases/release.ts';
import { Unmet } from './finding.ts';

export interface Patient {
  readonly context: Context;
  /** As it is: it rejects with what is wrong with up.json. */
  readonly config: () => Promise<Project>;
  /** For checks that need one: rejects with Unmet when up.json is broken. */
  readonly project: () => Promise<Project>;
  /** Never waits for the project to be right. */
  readonly session: () => Promise<Session>;
  /** Rejects with Unmet without an identity, or without a project. */
  readonly scope: () => Promise<Scope>;
  /** Of the app; empty before its first deploy. */
  readonly releases: () => Promise<Release[]>;
  /** A command of ours that does the same where this one looked: `up staging --local`. */
  readonly up: (...words: string[]) => string;
  /** A command of the AWS CLI that does. */
  readonly aws: (...words: string[]) => Promise<string>;
}

export function createPatient(context: Context): Patient {
  const { flags, io } = context;
  const config = once(() => context.project());
  const project = once(() => config().catch(() => Promise.reject(new Unmet('not checked: up.json is not valid'))));
  const session = once(async (): Promise<Session> => {
    if (!flags.local && !endpointsOf(io.env).every(({ value }) => isAddress(value)))
      throw new Unmet('not checked: see Endpoint');
    const known = await config().catch(() => null);
    const local = flags.local ? await localUrl(context, known?.dir ?? io.cwd) : undefined;
    const options = { env: io.env, region: flags.region, profile: flags.profile, localUrl: local };
    const ways = { config: known?.config ?? { regions: [] }, httpsAgent: await httpsAgent(io.env) };
    const made = createSession({ ...options, ...ways });
    // Each check has its bounded time, and tells what does not answer: trying again would only hide that.
    return { ...made, client: { ...made.client, maxAttempts: 1, retryStrategy: noRetry } };
  });
  const identity = once(async () =>
    readIdentity(await session()).catch(() => Promise.reject(new Unmet('not checked: see Identity'))),
  );
  const clients = once(async (): Promise<Clients> => createClients((await session()).client));
  const scope = once(async (): Promise<Scope> => {
    const app = (await project()).config.name;
    return { app, identity: await identity(), clients: await clients() };
  });
  const releases = once(async (): Promise<Release[]> => {
    const { readReleases } = await import('../releases/read.ts');
    const { clients: calls, app } = await scope();
    return readReleases(calls.lambda, app).catch((error: unknown) => {
      if ((error as { code?: unknown }).code === 'UP_NOT_DEPLOYED') return [];
      throw error;
    });
  });
  const where = flags.chdir === '.' ? [] : ['-C', quote(flags.chdir)];
  return {
    context,
    config,
    project,
    session,
    scope,
    releases,
    up: (...words) => ['up', ...words, ...where, ...(flags.local ? ['--local'] : [])].join(' '),
    async aws(...words) {
      const { local, client, profile } = await session();
      // Its older version does not read AWS_REGION.
      const region = await scope().then(
        ({ identity: { region } }) => ['--region', region],
        () => [],
      );
      const place = local ? ['--endpoint-url', String(client.endpoint)] : [];
      const who = profile === undefined || local ? [] : ['--profile', quote(profile)];
      return ['aws', ...words, ...region, ...place, ...who].join(' ');
    },
  };
}

async function localUrl({ io }: Context, dir: string): Promise<string> {
  const { ensureLocalPlatform } = await import('../local-platform.ts');
  return ensureLocalPlatform(io.env, dir);
}
