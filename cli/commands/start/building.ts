/** Shows that an app is being compiled, and how far the compiler says it is: the first time it may take minutes. */
import type { Context } from '../../command.ts';
import type { Say } from '../../output/reporter.ts';
import type { StartLog } from './log.ts';

export type Building = (command: string, work: (say: Say) => Promise<void>) => Promise<void>;

/** An edit is compiled in less, and then the news of it is enough. */
const shortMs = 1_000;

/** Before the first start as a step, or as a line where no terminal shows one; later only once it takes long. */
export function showBuilding({ report }: Pick<Context, 'report'>, { lines }: Pick<StartLog, 'lines'>): Building {
  let isFirst = true;

  async function build(command: string, work: (say: Say) => Promise<void>): Promise<void> {
    const wasFirst = isFirst;
    isFirst = false;
    if (!wasFirst) return later(command, work);
    if (lines !== null) return report.step('Build', (say) => followed(command, work, say));
    report.info('Build', command);
    return work(() => {});
  }

  async function followed(command: string, work: (say: Say) => Promise<void>, say: Say): Promise<void> {
    say(command);
    await work(say);
    say(command);
  }

  async function later(command: string, work: (say: Say) => Promise<void>): Promise<void> {
    const timer = setTimeout(() => lines?.say(`building: ${command}`), shortMs);
    await work(() => {}).finally(() => clearTimeout(timer));
  }

  return build;
}
