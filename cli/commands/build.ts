/** `up build -o FILE.zip`: the deployable package, without any AWS call. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Command } from '../command.ts';

export const build: Command = {
  usage: 'build',
  summary: 'write the deployable package to a file',
  examples: [['up build -o app.zip', 'the same input gives the same bytes, on any machine']],
  options: (argv) =>
    argv
      .option('output', { alias: 'o', type: 'string', default: 'out.zip', describe: 'file to write' })
      .option('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage whose hooks run' }),
  async run(context, args) {
    const [{ build: buildProject, isCi }, { readCommit }, { proxyDir }, { stageOf }, format, { reportBuild }] =
      await Promise.all([
        import('../build/build.ts'),
        import('../git.ts'),
        import('../paths.ts'),
        import('../project.ts'),
        import('../output/format.ts'),
        import('../build/report.ts'),
      ]);
    const file = resolve(context.io.cwd, String(args.output));
    await requireWritable(file);
    const project = await context.project();
    for (const { message } of project.warnings) context.report.warn('Config', message);
    const config = stageOf(project, String(args.stage));
    const commit = await readCommit(project.dir);
    const { pkg, app } = await context.report.step('Build', async (say) => {
      const built = await buildProject({ project, config, commit, proxyDir, say, strict: isCi(context.io.env) });
      const { files, unzipped, zip } = built.pkg;
      say(`${format.count(files.length, 'file')}, ${format.bytes(unzipped)}, ${format.bytes(zip.length)} zipped`);
      return built;
    });
    context.report.info('Detected', app.why);
    reportBuild(context.report, pkg);
    await writeFile(file, pkg.zip);
    context.result(file, {
      file,
      sha256: pkg.sha256,
      files: pkg.files.length,
      size: pkg.zip.length,
      unzipped: pkg.unzipped,
    });
  },
};

/** Asked before minutes of building, not after. */
async function requireWritable(file: string): Promise<void> {
  const found = await stat(file).catch(ignoreMissing);
  if (found?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${file}`), { code: 'EISDIR', path: file });
  await access(found ? file : dirname(file), constants.W_OK);
}

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}
