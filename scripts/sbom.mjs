/**
 * The software bill of materials of a release, as CycloneDX 1.5: the packages that are bundled, by esbuild's own word, and
 * those that npm installs beside them. `npm sbom` alone would leave out the first, for what is bundled is no dependency of
 * whoever installs the program, or else list all that tests and checks are made of.
 *
 *   node scripts/sbom.mjs [--out FILE]      after npm run build; without a file it goes to stdout
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { bundledPackages } from './bundled.mjs';

const root = join(fileURLToPath(import.meta.url), '..', '..');
const isDevelopment = ({ name }) => name === 'cdx:npm:package:development';

/** All of the lock file, narrowed to what ships. `bundled` are names and versions. */
function narrowSbom(all, name, bundled) {
  const inBundle = new Set(bundled.map((one) => `${one.name}@${one.version}`));
  const components = all.components
    .filter((one) => inBundle.has(one['bom-ref']) || !one.properties.some(isDevelopment))
    .map((one) => (inBundle.has(one['bom-ref']) ? asBundled(one) : one));
  const refs = new Set([all.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
  const missing = [...inBundle].filter((ref) => !refs.has(ref));
  if (missing.length > 0) throw new Error(`bundled, but not in package-lock.json: ${missing.join(', ')}`);
  return {
    ...all,
    // npm takes the name of the folder.
    metadata: { ...all.metadata, component: { ...all.metadata.component, name } },
    components,
    dependencies: all.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((to) => refs.has(to)) })),
  };
}

function asBundled(component) {
  const properties = component.properties.filter((property) => !isDevelopment(property));
  return {
    ...component,
    scope: 'required',
    properties: [...properties, { name: 'cdx:npm:package:bundled', value: 'true' }],
  };
}

/** Of this repository, as it was built last. */
async function readSbom() {
  const read = async (file) => JSON.parse(await readFile(join(root, file), 'utf8'));
  const metafiles = await Promise.all(['dist/cli.meta.json', 'dist/proxy.meta.json'].map(read));
  const args = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: root, maxBuffer: 64 << 20 });
  const { name } = await read('package.json');
  return narrowSbom(JSON.parse(stdout), name, await bundledPackages(metafiles, root));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const text = `${JSON.stringify(await readSbom(), null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(text);
  else await writeFile(values.out, text);
}
