/** The base path of a custom domain, which the app does not see: `stages.NAME.path`. */
import type { Format } from './format.ts';
import { withoutBase } from './target.ts';

/** The format without it: what was taken off is told in the context of the request. `''` takes nothing off. */
export function behind(basePath: string, format: Format): Format {
  if (basePath === '') return format;
  return {
    ...format,
    toRequest(invocation) {
      const req = format.toRequest(invocation);
      const target = withoutBase(req.target, basePath);
      return target === req.target ? req : { ...req, target, context: { ...req.context, basePath } };
    },
  };
}
