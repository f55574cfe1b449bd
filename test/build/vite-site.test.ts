import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { type Files, project } from './project.ts';

const listen = 'http.createServer().listen(3000)';

/** A page with its source, which looks like a server by name alone. */
function page(scripts: object, files: Files): string {
  return project({
    'index.html': '',
    'src/main.ts': 'document.title',
    'package.json': JSON.stringify({ scripts }),
    ...files,
  });
}

describe('a page that Vite builds is a site', () => {
  const site = { dir: 'dist', fallback: 'index.html' };

  it.each<[title: string, scripts: object, files: Files, why: string]>([
    [
      'by a script that the build script runs',
      { build: 'run-p type-check "build-only {@}" --', 'build-only': 'vite build', 'type-check': 'vue-tsc --build' },
      {},
      'vite build makes a site in dist/',
    ],
    [
      'by whatever there is, beside the settings of Vite',
      { build: 'nx build' },
      { 'vite.config.mts': '' },
      'found index.html and vite.config.mts, which make a site in dist/',
    ],
  ])('%s', async (_title, scripts, files, why) => {
    const app = await detect(page(scripts, files));
    expect(app).toMatchObject({ kind: 'static', site, why, buildCommands: [(scripts as { build: string }).build] });
  });

  it('unless a server is beside it', async () => {
    const app = await detect(page({ build: 'vite build' }, { 'vite.config.js': '', 'app.js': listen }));
    expect(app).toMatchObject({ kind: 'node', command: 'node app.js' });
  });
});
