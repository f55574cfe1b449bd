/** `up doctor`: runs every check by itself and within its time, whatever is broken, and reports all of them with their fixes. */
import { placedHint } from '../argv/place.ts';
import type { Context } from '../command.ts';
import { proposedIn, UpError } from '../errors.ts';
import { wantsColor } from '../io.ts';
import { count } from '../output/format.ts';
import { createStyle, isUnicode } from '../output/style.ts';
import { type Check, checks } from './checks.ts';
import { type Finding, fail, fromError } from './finding.ts';
import { createPatient, type Patient } from './patient.ts';
import { problemsOf, renderFindings } from './render.ts';

export interface DoctorFlags {
  /** The app is built and booted. */
  readonly check: boolean;
}

/** Throws UP_DOCTOR_PROBLEMS when something failed, once all is told. */
export async function runDoctor(context: Context, { check }: DoctorFlags): Promise<void> {
  const patient = createPatient(context);
  const wanted = checks.filter(({ name }) => check || name !== 'App');
  const { io, flags } = context;
  const found = (await Promise.all(wanted.map((one) => examine(one, patient)))).flat();
  const findings = found.map((finding) => ({
    ...finding,
    ...(finding.hint !== undefined && {
      hint: placedHint({ hint: finding.hint, next: proposedIn(finding.hint) }, flags),
    }),
  }));
  const problems = problemsOf(findings);
  const style = createStyle({ color: wantsColor(io.env, io.stdoutIsTty, flags.color), unicode: isUnicode(io.env) });
  const warnings = findings.filter(({ state }) => state === 'warn').length;
  context.result(renderFindings(findings, style), { problems: problems.length, warnings, checks: findings });
  if (problems.length === 0) return;
  const fixes = problems.flatMap(({ fix, hint = '' }) => fix ?? proposedIn(hint));
  throw new UpError('UP_DOCTOR_PROBLEMS', `${count(problems.length, 'problem')} found`, {
    ...(fixes[0] !== undefined && { hint: fixes[0], next: fixes }),
  });
}

async function examine({ name, limit, run }: Check, patient: Patient): Promise<Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(
      () => resolve([fail(name, `no answer in ${limit / 1000} s`, { hint: 'check the network' })]),
      limit,
    );
  });
  try {
    return await Promise.race([run(patient), late]);
  } catch (error) {
    return [fromError(name, error)];
  } finally {
    clearTimeout(timer);
  }
}
