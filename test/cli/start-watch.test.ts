/** What the watcher of `up start` sees of files that it is told of while it watches. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { watchFiles } from '../../cli/commands/start/watch.ts';
import { until } from '../support/until.ts';

test('a file that is written while it begins to be watched has changed', async () => {
  const root = mkdtempSync(join(tmpdir(), 'up-watch-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ['app', 'around']) mkdirSync(join(root, folder));
  const names = Array.from({ length: 60 }, (_, index) => `../around/${index}.ts`);
  const write = (name: string) => writeFileSync(join(root, 'app', name), 'new');
  for (const name of names) write(name);
  const changed = new Set<string>();
  const watcher = watchFiles({
    ...{ dir: join(root, 'app'), around: [], matters: () => true },
    onChange: (name) => changed.add(name),
    onError: (error) => expect(error).toBeUndefined(),
  });
  onTestFinished(() => watcher.close());
  await watcher.ready;
  const read = Date.now();
  // The clock of files ticks in steps of some milliseconds.
  const probe = join(root, 'probe');
  await until('a later time of a file', () => {
    writeFileSync(probe, '');
    return statSync(probe).mtimeMs > read;
  });

  for (const [index, name] of names.entries()) {
    watcher.add([name], read);
    const later = performance.now() + index / 20;
    while (performance.now() < later) await new Promise((resolve) => setImmediate(resolve));
    write(name);
  }
  await until('all of them to be seen', () => changed.size === names.length);
});
