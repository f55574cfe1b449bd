/** The rule by which an app is found that is what the build of a framework makes. */
import type { App, Project } from './app.ts';
import { findFramework, madeBy } from './framework.ts';
import { fromCommand, listens } from './node-app.ts';
import { staticSite } from './other-apps.ts';

/** A server of the author's own comes first: it may bring what the framework has built as a part. */
export async function builtByFramework(project: Project): Promise<App | undefined> {
  const framework = findFramework(project.manifest);
  const made = framework && madeBy(framework, project.manifest);
  if (made === undefined || (await listens(project))) return undefined;
  const { by, command, site } = made;
  if (command !== undefined) {
    const why = by === undefined ? 'its build makes a server' : `${by} makes a server of it`;
    return { ...fromCommand(project, command, why), kind: 'node', interpreter: 'node' };
  }
  if (site === undefined || project.options.type === 'server') return undefined;
  return { ...staticSite(project, `${framework?.name} makes a site in ${site.dir}/`), site };
}
