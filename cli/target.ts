/** The app and the stage that a command works on in AWS, without building anything. */
import type { StageConfig } from '../config/index.ts';
import { type Clients, createClients } from './aws/clients.ts';
import { type Identity, readIdentity } from './aws/identity.ts';
import type { Scope } from './aws/scope.ts';
import type { Session } from './aws/session.ts';
import type { Context } from './command.ts';
import { UpError } from './errors.ts';
import { type Project, stageOf } from './project/project.ts';

export interface Target {
  readonly project: Project;
  readonly config: StageConfig;
  readonly app: string;
  readonly stage: string;
  readonly session: Session;
  readonly identity: Identity;
  readonly clients: Clients;
}

/**
 * Opens it and says so on stderr, before anything is changed. `stage` has to be one that can be deployed; `shown` is what
 * the line on stderr says of it.
 */
export async function openTarget(context: Context, stage: string, shown: string = stage): Promise<Target> {
  const project = await context.project();
  for (const { message } of project.warnings) context.report.warn('Config', message);
  const config = stageOf(project, stage);
  if (stage === 'development')
    throw new UpError('UP_STAGE_LOCAL', '"development" is not deployed: it is what `up start` runs');
  return { project, config, stage, ...(await open(context, config.name, shown)) };
}

/** The app over all its stages, for commands that look at what is there: a stage may have left up.json long ago. */
export async function openScope(
  context: Context,
  shown: string,
): Promise<{ readonly project: Project; readonly scope: Scope }> {
  const project = await context.project();
  return { project, scope: await open(context, project.config.name, shown) };
}

async function open(context: Context, app: string, shown: string) {
  const session = await context.session();
  const identity = await readIdentity(session);
  context.report.info('Target', describe(shown, identity, session));
  return { app, session, identity, clients: createClients(session.client) };
}

function describe(stage: string, { region, account }: Identity, { local, profile }: Session): string {
  if (local) return `${stage}, local platform`;
  return `${stage}, ${region}, account ${account}${profile ? ` (${profile})` : ''}`;
}
