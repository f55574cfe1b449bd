/** The rule by which the app is what a script of package.json starts. */
import { type App, type Project, text } from './app.ts';
import { developmentProgram, productionScript } from './development-program.ts';
import { findFramework, isReplaced, servesSources } from './framework.ts';
import { bundled, fromCommand } from './node-app.ts';

/** The `start` script; where only development can run that, the one for production beside it. */
export async function startScript(project: Project): Promise<App | undefined> {
  const start = text(project.manifest?.scripts?.start);
  if (start === undefined) return undefined;
  const framework = findFramework(project.manifest);
  if (framework && isReplaced(framework, start)) return undefined;
  const why = 'package.json has a start script';
  const bundle = bundled(project, start, why);
  if (bundle) return bundle;
  const production = productionScript(project.manifest);
  if (production && (await needsDevelopment(project, start)))
    return fromScript(
      project,
      production.command,
      `start of package.json is for development, ${production.name} is not`,
    );
  return servesSources(start) ? undefined : fromCommand(project, start, why);
}

function fromScript(project: Project, command: string, why: string): App {
  return bundled(project, command, why) ?? fromCommand(project, command, why);
}

async function needsDevelopment({ dir, manifest }: Project, start: string): Promise<boolean> {
  return servesSources(start) || (await developmentProgram(dir, manifest, start)) !== undefined;
}
