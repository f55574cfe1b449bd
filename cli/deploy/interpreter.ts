/** The Node runtime of Lambda has Node; another interpreter must come with the app or with a layer. */
import type { Build } from '../build/build.ts';
import { UpError } from '../errors.ts';

/** Throws UP_RUNTIME_INTERPRETER before anything is uploaded. What `layers` hold is not known here. */
export function requireInterpreter({ app, pkg }: Build, layers: readonly string[]): void {
  const { interpreter } = app;
  if (interpreter === undefined || interpreter === 'node' || present.has(interpreter)) return;
  if (layers.length > 0) return;
  if (pkg.files.some(({ path }) => path === `bin/${interpreter}`)) return;
  throw new UpError(
    'UP_RUNTIME_INTERPRETER',
    `The app runs on ${interpreter}, which the Node runtime of Lambda does not have`,
    {
      evidence: `Command    ${app.command}\nBecause    ${app.why}`,
      hint: `ship ${interpreter} in the package or in a layer (lambda.layers), or try it on this machine: up --local`,
      next: ['up --local'],
    },
  );
}

/** Amazon Linux 2023, as the managed runtimes are built on it, has a shell. */
const present = new Set(['sh', 'bash']);
