/** The table of commands, as help shows it. */
import type { Command } from './command.ts';
import { alerts } from './commands/alerts.ts';
import { build } from './commands/build.ts';
import { completion } from './commands/completion.ts';
import { config } from './commands/config.ts';
import { remove } from './commands/delete.ts';
import { deploy } from './commands/deploy.ts';
import { doctor } from './commands/doctor.ts';
import { domains } from './commands/domains.ts';
import { env } from './commands/env.ts';
import { hashPassword } from './commands/hash-password.ts';
import { init } from './commands/init.ts';
import { local } from './commands/local.ts';
import { logs } from './commands/logs.ts';
import { metrics } from './commands/metrics.ts';
import { promote } from './commands/promote.ts';
import { prune } from './commands/prune.ts';
import { releases } from './commands/releases.ts';
import { rollback } from './commands/rollback.ts';
import { stack } from './commands/stack.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { url } from './commands/url.ts';
import { version } from './commands/version.ts';
import { warm } from './commands/warm.ts';
import type { Group } from './help/help.ts';

export const groups: readonly Group[] = [
  { title: 'Run', commands: [init, start, local] },
  { title: 'Ship', commands: [deploy, rollback, promote, build, env] },
  { title: 'See', commands: [status, releases, logs, metrics, url, domains, warm, alerts] },
  { title: 'Care', commands: [doctor, stack, prune, remove, config, completion, hashPassword, version] },
];

export const commands: readonly Command[] = groups.flatMap((group) => group.commands);
