/** Entry of `_up/runtime.cjs`, which `_up/bootstrap` runs in place of the managed runtime's own client. */
import { boot } from '../boot.ts';
import { takeStarted } from '../relay/started.ts';
import { writeFatal } from './fatal.ts';

run().catch(fail);

async function run(): Promise<void> {
  dropOwnVariables(process.env);
  const booted = await boot(process.env, takeStarted(process.env));
  const { runtimeLoop } = await import('./proxy.ts');
  await runtimeLoop(booted, process.env);
}

/** What `_up/bootstrap` sets for this process is not for the app. */
function dropOwnVariables(environment: NodeJS.ProcessEnv): void {
  if (environment.UP_OWN_ARENA === undefined) return;
  delete environment.UP_OWN_ARENA;
  delete environment.MALLOC_ARENA_MAX;
}

function fail({ message }: Error): never {
  writeFatal(message);
  process.exit(1);
}
