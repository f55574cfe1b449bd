/** The text of docs/errors.md, from the two tables of errors. */

export function renderErrors(errorTable, exitCodes, codes) {
  return [
    '<!-- Made by `npm run generate` from cli/error-table.ts and http/codes.ts. -->',
    '# Errors',
    '',
    'Codes are stable. A message says what happened, then the evidence, then what to do next. What was typed wrong, in a',
    'command, in a query or in up.json, is marked where it stands:',
    '',
    '```',
    '$ up stack plam',
    '✗ "plam" is none of plan, apply, status, delete, did you mean "plan"?   UP_USAGE',
    '  up stack plam',
    '           ^^^^',
    '  Fix        up stack plan',
    '```',
    '',
    'With `--json` an error is one line on stderr: `{"error": {"code", "message", "hint", "next", "evidence"}}`. Every',
    'command that `hint` proposes to people is in the list `next`, with the flags that make it work where this one did.',
    '',
    '## Exit codes',
    '',
    ...table(['exit', 'means'], Object.entries(exitCodes)),
    '',
    '## Of the program',
    '',
    ...table(
      ['code', 'exit', 'means', 'what to do'],
      Object.entries(errorTable).map(([code, { exit, means, hint }]) => [`\`${code}\``, String(exit), means, hint]),
    ),
    '',
    '## At run time',
    '',
    'What the proxy answers by itself is JSON, `{"error", "code", "requestId"}`, never cached, and never holds a stack or a',
    'variable. The evidence is in the log: `up logs`.',
    '',
    ...table(
      ['code', 'status', 'means'],
      Object.entries(codes).map(([code, { status, means }]) => [`\`${code}\``, String(status), means]),
    ),
    '',
  ].join('\n');
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
