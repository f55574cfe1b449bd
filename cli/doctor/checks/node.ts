/** The Node that runs this program, beside the one that runs the app in the cloud. */
import { type Finding, fail, ok, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** `engines` of package.json. */
const least = [20, 19] as const;

export async function checkNode({ config }: Patient): Promise<Finding[]> {
  const runtime = await config().then(
    (project) => project.config.lambda.runtime,
    () => null,
  );
  return judgeNode(process.versions.node, runtime);
}

/** `runtime`: `nodejs24.x`; null when nobody knows. */
export function judgeNode(version: string, runtime: string | null): Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needed, neededMinor] = least;
  const cloud = /^nodejs(\d+)/.exec(runtime ?? '')?.[1];
  const isOld = major < needed || (major === needed && minor < neededMinor);
  const about = `${version}, needs ${least.join('.')}`;
  return [
    isOld ? fail('Node', about, { fix: `nvm install ${cloud ?? needed}` }) : ok('Node', about),
    ...(cloud !== undefined && Number(cloud) !== major
      ? [warn('Runtime', `the cloud runs Node ${cloud}, this machine ${major}`, { fix: `nvm install ${cloud}` })]
      : []),
  ];
}
