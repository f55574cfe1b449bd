/** `up releases [stage]`: what was deployed, and what is live. */
import type { Command } from '../command.ts';

export const releases: Command = {
  usage: 'releases [stage]',
  summary: 'what was deployed, by whom, and what is live',
  examples: [
    ['up releases', 'of all stages, newest first'],
    ['up releases production', 'of one stage'],
    ['up releases --json | jq .releases[0].version', 'for programs'],
  ],
  options: (argv) => argv.positional('stage', { alias: 's', type: 'string', describe: 'only this stage' }),
  async run(context, args) {
    const [{ LambdaClient }, { readReleases }, { renderReleases }, { stageOf }] = await Promise.all([
      import('@aws-sdk/client-lambda'),
      import('../releases/read.ts'),
      import('../releases/render.ts'),
      import('../project/project.ts'),
    ]);
    const project = await context.project();
    const stage = args.stage === undefined ? undefined : stageOf(project, String(args.stage)).stage;
    const app = project.config.name;
    const all = await readReleases(new LambdaClient((await context.session()).client), app);
    const isShown = ({ stage: own, live }: (typeof all)[number]) =>
      stage === undefined || own === stage || live.some((one) => one.stage === stage);
    const shown = all.filter(isShown);
    if (shown.length === 0) context.report.info('', `No releases${stage ? ` of ${stage}` : ''} yet`);
    const text = renderReleases(shown, Date.now(), context.io.columns);
    if (text !== '' || context.flags.json) context.result(text, { app, releases: shown.map(toJson) });
  },
};

function toJson({ created, ...release }: { readonly created: number }): object {
  return { ...release, created: new Date(created).toISOString() };
}
