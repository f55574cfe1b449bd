/** `up build -o FILE.zip`: the deployable package, without any AWS call. */
import { lstatSync, rmSync, writeFileSync } from 'node:fs';
import { access, constants, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Command, Context } from '../command.ts';

export const build: Command = {
  usage: 'build',
  summary: 'write the deployable package to a file',
  examples: [
    ['up build -o app.zip', 'the same input gives the same bytes, on any machine'],
    ['up build --size', 'what ships, how large it is, and what the limits are'],
  ],
  options: (argv) =>
    argv
      .option('output', { alias: 'o', type: 'string', default: 'out.zip', describe: 'file to write' })
      .option('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage whose hooks run' })
      .option('size', { type: 'boolean', default: false, describe: 'show what it weighs, and write no file' }),
  async run(context, args) {
    if (args.size) return showSize(context, String(args.stage));
    const [
      { build: buildProject },
      { isCi },
      { readCommit },
      { proxyDir },
      { stageOf },
      format,
      { reportBuild },
      { keepMaps },
      { describeApp },
    ] = await Promise.all([
      import('../build/build.ts'),
      import('../io.ts'),
      import('../project/git.ts'),
      import('../paths.ts'),
      import('../project/project.ts'),
      import('../output/format.ts'),
      import('../build/report.ts'),
      import('../build/maps.ts'),
      import('../build/detect.ts'),
    ]);
    const file = resolve(context.io.cwd, String(args.output));
    await requireWritable(file);
    const project = await context.project();
    for (const { message } of project.warnings) context.report.warn('Config', message);
    const config = stageOf(project, String(args.stage));
    const commit = await readCommit(project.dir);
    const { pkg, app } = await context.report.step('Build', async (say) => {
      const options = { project, config, commit, proxyDir, say, strict: isCi(context.io.env) };
      const built = await buildProject({ ...options, writtenTo: await withinProject(project.dir, file) });
      const { files, unzipped, zip } = built.pkg;
      say(`${format.count(files.length, 'file')}, ${format.bytes(unzipped)}, ${format.bytes(zip.length)} zipped`);
      return built;
    });
    context.report.info('Detected', describeApp(app));
    reportBuild(context.report, pkg);
    writeWhole(file, pkg.zip);
    await keepMaps(project.dir, pkg, commit);
    context.result(file, {
      file,
      sha256: pkg.sha256,
      files: pkg.files.length,
      size: pkg.zip.length,
      unzipped: pkg.unzipped,
    });
  },
};

async function showSize(context: Context, stage: string): Promise<void> {
  const [{ measure }, { renderSize, toSizeReport }, { readCommit }, { proxyDir }, { stageOf }, { isUnicode }] =
    await Promise.all([
      import('../build/build.ts'),
      import('../build/size.ts'),
      import('../project/git.ts'),
      import('../paths.ts'),
      import('../project/project.ts'),
      import('../output/style.ts'),
    ]);
  const project = await context.project();
  const config = stageOf(project, stage);
  const commit = await readCommit(project.dir);
  const measured = await context.report.step('Build', async (say) => {
    const result = await measure({ project, config, commit, proxyDir, say });
    say('measured');
    return result;
  });
  context.result(renderSize(measured, isUnicode(context.io.env)), toSizeReport(measured));
}

/** Asked before minutes of building, not after. */
async function requireWritable(file: string): Promise<void> {
  const found = await stat(file).catch(ignoreMissing);
  if (found?.isDirectory()) throw Object.assign(new Error(`EISDIR: ${file}`), { code: 'EISDIR', path: file });
  await access(found ? file : dirname(file), constants.W_OK);
}

/** The path of `file` from `dir`, with forward slashes, as the files of a package have theirs. */
async function withinProject(dir: string, file: string): Promise<string> {
  // The folder of the project is a real one, too.
  const real = join(await realpath(dirname(file)), basename(file));
  return relative(dir, real).replaceAll(sep, '/');
}

/** At once, so that no signal comes between; of a disk that is full nothing is left that looks like a package. */
function writeWhole(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    // Whoever reads `-o /dev/stdout` may have seen enough.
    if (code === 'EPIPE') return;
    if (isFull.has(code)) removeWritten(file);
    // The system names a file that cannot be opened, and none that cannot be written.
    throw Object.assign(error as Error, { path: file });
  }
}

/** Not what leads elsewhere, such as /dev/stdout: it was there before, and does not hold the package. */
function removeWritten(file: string): void {
  if (lstatSync(file).isFile()) rmSync(file, { force: true });
}

const isFull = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}
