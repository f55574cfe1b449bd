/** The URL of a stage: that its front door lets people in, and that the app behind it lives. */

import { get } from '../../get.ts';
import type { Release } from '../../releases/release.ts';
import { type Finding, fail, ok } from '../finding.ts';
import type { Patient } from '../patient.ts';

const answerMs = 10_000;

export async function checkUrl(patient: Patient, stage: string, url: string): Promise<Finding[]> {
  try {
    const { httpsAgent } = (await patient.session()).client.requestHandler;
    const { status, body } = await get(url, { timeoutMs: answerMs, httpsAgent });
    return [judgeAnswer(stage, status, body.toString(), await fixes(patient, stage))];
  } catch (error) {
    const why =
      error instanceof Error && error.name === 'TimeoutError' ? 'does not answer in 10 s' : 'cannot be reached';
    return [fail(stage, `${url} ${why}`, { fix: patient.up('logs', '-s', stage) })];
  }
}

async function fixes({ up, releases }: Patient, stage: string): Promise<Fixes> {
  const own = (await releases()).filter((release) => release.stage === stage);
  const live = Math.max(...own.filter(isLive).map(({ version }) => Number(version)));
  // Newest first.
  const before = own.find((release) => !isLive(release) && Number(release.version) < live);
  const deploy = up(stage);
  return { deploy, rollback: before ? up('rollback', `v${before.version}`, '-s', stage) : deploy };
}

function isLive({ live }: Release): boolean {
  return live.length > 0;
}

interface Fixes {
  readonly deploy: string;
  /** To the release before; a deploy where there is none. */
  readonly rollback: string;
}

/** Any answer of the app is one; what the platform or our proxy say in its place is not. */
export function judgeAnswer(stage: string, status: number, body: string, { deploy, rollback }: Fixes): Finding {
  const code = /"code":"(UP_APP_\w+|UP_UPSTREAM_\w+)"/.exec(body)?.[1];
  if (status >= 500 && code !== undefined) return fail(stage, `the app fails: ${status} ${code}`, { fix: rollback });
  if (status === 403 && /^\{"Message":/i.test(body)) return fail(stage, 'its URL lets nobody in', { fix: deploy });
  if (status >= 500 && /^\{"message":"Internal Server Error"\}$/i.test(body))
    return fail(stage, `the function fails: ${status}`, { fix: rollback });
  return ok(stage, `answers ${status}`);
}
