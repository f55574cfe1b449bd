/** The page for stages that have none of their own: small, without scripts, light or dark as the reader likes it. */
import { escapeHtml } from '../escape.ts';
import type { Headers } from '../headers.ts';
import { type PageValues, statusText, type Variables } from './template.ts';

/** Nothing but its own style may be loaded, whatever finds its way into it. */
export const builtInHeaders: Headers = [
  ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"],
];

const defaultColor = '#228ae6';
/** A color stands in a style, where escaping for HTML does not help. */
const colorForm = /^(?:#[0-9a-f]{3,8}|[a-z]{3,30}|(?:rgb|hsl|hwb|lab|lch|oklab|oklch)a?\([\d\s.,%/a-z+-]{1,60}\))$/i;

export function builtInPage({ status, requestId }: PageValues, variables: Variables): string {
  const color = colorForm.test(variables.color ?? '') ? variables.color : defaultColor;
  const title = escapeHtml(statusText(status));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${status} ${title}</title>
<style>
:root { color-scheme: light dark; --accent: ${color}; --ink: #1f2933; --quiet: #616e7c; --paper: #fbfcfd }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --quiet: #9aa5b1; --paper: #14181d } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif }
main { max-width: 32rem; padding: 2rem; box-sizing: border-box }
p { margin: 0 0 1.25rem }
.status { margin: 0; color: var(--accent); font-weight: 700; font-size: 1rem; letter-spacing: .12em }
h1 { margin: .1em 0 .5em; font-size: clamp(2rem, 7vw, 3rem); line-height: 1.15; letter-spacing: -.02em }
a { color: var(--accent) }
small { color: var(--quiet); font-size: .8125rem; overflow-wrap: anywhere }
</style>
</head>
<body>
<main>
<p class="status">${status}</p>
<h1>${title}</h1>
<p>${adviceFor(status)}${contact(variables.support_email)}</p>
<small>Request ${escapeHtml(requestId)}</small>
</main>
</body>
</html>
`;
}

function adviceFor(status: number): string {
  if (status === 404 || status === 410) return 'There is nothing at this address. It may have moved.';
  if (status === 503) return 'We will be back shortly. Please try again in a while.';
  return status < 500 ? 'This request could not be served.' : 'Something went wrong on our side. Please try again.';
}

function contact(email: string | undefined): string {
  if (!email) return '';
  return ` For help, write to <a href="mailto:${escapeHtml(email)}">${escapeHtml(email)}</a>.`;
}
