/** Whose code the bundles hold, as esbuild's metafiles tell, and the licences that it comes with. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The packages of which at least a byte is in an output, by name: `{ name, version, license, text, folder }`. Some packages
 * leave the text of their licence out; it is undefined then.
 */
export async function bundledPackages(metafiles, root) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.entries(output.inputs)),
  );
  const folders = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => folderOf(path));
  const unique = [...new Set(folders.filter((folder) => folder !== undefined))];
  const packages = await Promise.all(unique.map((folder) => readPackage(folder, root)));
  return packages.sort((a, b) => order(`${a.name}@${a.version}`, `${b.name}@${b.version}`));
}

/** The innermost package of a path: packages may hold packages of their own. */
function folderOf(path) {
  return /.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

async function readPackage(folder, root) {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const file = (await readdir(join(root, folder))).find((entry) =>
    /^licen[cs]e(?:-mit)?(?:\.(?:md|txt))?$/i.test(entry),
  );
  const text = file && (await readFile(join(root, folder, file), 'utf8')).replaceAll('\r\n', '\n').trim();
  return { name, version, license, text, folder };
}

/**
 * The page that ships beside the bundles: each licence once, below the packages that come under it. A package without a
 * text of its own comes under the text of the Apache License that others bring, which names no holder; of any other licence
 * the text is needed, for it does.
 */
export function renderLicenses(packages) {
  const apache = packages.find(({ license, text }) => license === 'Apache-2.0' && text)?.text;
  const groups = new Map();
  for (const one of packages) {
    const text = one.text ?? (one.license === 'Apache-2.0' ? apache : undefined);
    if (text === undefined) throw new Error(`${one.name} has the licence ${one.license} and no text of it`);
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  const sections = [...groups].map(([text, members]) => {
    const names = members.map(({ name, version, license }) => `${name} ${version} (${license})`);
    return `${[...new Set(names)].join('\n')}\n\n${text}\n`;
  });
  const line = `\n${'-'.repeat(80)}\n\n`;
  return ['The program is bundled with code of these packages, under their licences.\n', ...sections].join(line);
}

function order(a, b) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
