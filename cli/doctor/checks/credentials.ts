/** The one line that gives this shell credentials, from what the environment and the shared AWS files have. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { nearest } from '../../../config/nearest.ts';
import { quote } from '../../argv/shell.ts';

export interface Lack {
  readonly env: NodeJS.ProcessEnv;
  /** `--profile` */
  readonly flag: string | undefined;
  /** `profile` of up.json. */
  readonly fromFile: string | undefined;
  /** Of the error: `UP_AUTH_MISSING`, `UP_AUTH_EXPIRED`. */
  readonly code: string;
  /** What the SDK said. */
  readonly said: string;
}

const session = [
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
] as const;

export async function fixCredentials(lack: Lack): Promise<string> {
  const { env, flag, fromFile } = lack;
  return chooseFix({ ...lack, profiles: await readProfiles(env), wanted: flag ?? fromFile ?? env.AWS_PROFILE });
}

export interface Choice extends Lack {
  /** Of the shared AWS files. */
  readonly profiles: readonly string[];
  /** The profile that is asked for. */
  readonly wanted: string | undefined;
}

export function chooseFix({ env, flag, fromFile, code, said, profiles, wanted }: Choice): string {
  const [first] = profiles.includes('default') ? ['default'] : profiles;
  if (wanted !== undefined && !profiles.includes(wanted)) {
    if (flag !== undefined) return `up doctor --profile ${quote(nearest(flag, profiles) ?? first ?? 'default')}`;
    if (fromFile !== undefined) return 'up config --unset profile';
    const near = nearest(wanted, profiles) ?? first;
    return near === undefined ? 'unset AWS_PROFILE' : `export AWS_PROFILE=${quote(near)}`;
  }
  if (/sso (?:session|token|login)/i.test(said))
    return `aws sso login${wanted === undefined ? '' : ` --profile ${quote(wanted)}`}`;
  const set = session.filter((name) => env[name]);
  if (code === 'UP_AUTH_EXPIRED' && set.length > 0 && first !== undefined) return `unset ${set.join(' ')}`;
  // The default one was tried already.
  const other = profiles.find((name) => name !== 'default');
  if (code === 'UP_AUTH_MISSING' && wanted === undefined && other !== undefined)
    return `export AWS_PROFILE=${quote(other)}`;
  return `aws configure${wanted === undefined ? '' : ` --profile ${quote(wanted)}`}`;
}

async function readProfiles(env: NodeJS.ProcessEnv): Promise<string[]> {
  const home = join(env.HOME ?? homedir(), '.aws');
  const files = [
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, 'credentials'),
    env.AWS_CONFIG_FILE ?? join(home, 'config'),
  ];
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return [...new Set(texts.flatMap(namesOf))];
}

/** `[default]`, `[dev]`, `[profile dev]`; other sections are no profiles. */
function namesOf(text: string): string[] {
  return [...text.matchAll(/^\s*\[\s*(?:profile\s+)?([^\]\s]+)\s*\]/gm)].flatMap(([, name]) => name ?? []);
}
