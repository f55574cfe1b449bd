/**
 * Makes one JavaScript file of an entry and everything it imports. The source map is handed back beside the code: it
 * stays with the release, out of the package.
 */
import type { BuildFailure, Message } from 'esbuild';
import { refuseLinksOut } from './bundle-links.ts';
import { placed, placeOptions } from './bundle-place.ts';
import { UpBuildError } from './error.ts';
import { installAll } from './install.ts';

export interface BundleInput {
  readonly dir: string;
  readonly entry: string;
  /** `.mjs` for an ES module, `.cjs` for CommonJS. */
  readonly outfile: string;
  /** False where it stays on this machine, as under `up start`: links may lead wherever they like. */
  readonly ships?: boolean;
  /** Where it takes itself to lie, as an absolute path, when it runs from another folder. */
  readonly at?: string;
}

export interface BundleOutput {
  readonly code: { readonly path: string; readonly content: Uint8Array };
  readonly map: { readonly path: string; readonly content: string };
  readonly warnings: readonly string[];
  /** Every file it was made of, from `dir`. */
  readonly sources: readonly string[];
}

/** Bundles `entry`, or throws UP_BUILD_TYPESCRIPT with one line per mistake. */
export async function bundle({ dir, entry, outfile, ships = true, at }: BundleInput): Promise<BundleOutput> {
  // Loaded here: its native part costs start-up time that most commands need not pay.
  const esbuild = await import('esbuild');
  const isModule = outfile.endsWith('.mjs');
  try {
    const result = await esbuild.build({
      absWorkingDir: dir,
      entryPoints: [`./${entry}`],
      outfile,
      bundle: true,
      platform: 'node',
      target: 'node22',
      ...placeOptions(isModule, at),
      sourcemap: 'external',
      sourcesContent: true,
      legalComments: 'none',
      charset: 'utf8',
      logLevel: 'silent',
      write: false,
      metafile: true,
    });
    if (ships) await refuseLinksOut(dir, Object.entries(result.metafile.inputs));
    const [map, code] = [...result.outputFiles].sort((a, b) => b.path.length - a.path.length);
    if (!map || !code) throw new Error('esbuild wrote no output');
    return {
      code: { path: outfile, content: isModule ? code.contents : Buffer.from(placed(code.text, at)) },
      map: { path: `${outfile}.map`, content: map.text },
      warnings: result.warnings.map(renderMessage),
      sources: Object.keys(result.metafile.inputs),
    };
  } catch (error) {
    throw isBuildFailure(error) ? bundleError(dir, entry, error.errors) : error;
  }
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function bundleError(dir: string, entry: string, messages: readonly Message[]): UpBuildError {
  const lines = messages.map(renderMessage);
  const count = lines.length === 1 ? '1 mistake' : `${lines.length} mistakes`;
  return new UpBuildError('UP_BUILD_TYPESCRIPT', `${entry} cannot be built: ${count}`, {
    evidence: lines.join('\n'),
    hint: hintFor(dir, lines.join('\n')),
  });
}

const hints: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/Top-level await/, 'Add "type": "module" to package.json, or name the entry .mts.'],
  [
    /No loader is configured for "\.node"/,
    'Native modules cannot be bundled: compile with tsc in scripts.build and start the result with node.',
  ],
];

function hintFor(dir: string, text: string): string {
  if (text.includes('Could not resolve')) return `Install what is missing (${installAll(dir)}), or correct the path.`;
  return hints.find(([pattern]) => pattern.test(text))?.[1] ?? 'Correct the lines shown.';
}

/** `src/app.ts:3:7: text`, and the line it speaks of. */
function renderMessage({ text, location }: Message): string {
  if (!location) return text;
  const { file, line, column, lineText } = location;
  return `${file}:${line}:${column + 1}: ${text}\n    ${lineText.trim()}`;
}
