/** Runs a TypeScript file of this project with its arguments: `node scripts/run.mjs test/limits/main.ts --seconds 60`. */
import { importTypeScript } from './typescript.mjs';

const [file, ...args] = process.argv.slice(2);
await importTypeScript(file, (outfile) => {
  process.argv = [process.argv[0], outfile, ...args];
});
